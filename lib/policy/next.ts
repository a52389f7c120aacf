import type { Fault } from '../model/finding.ts';
import type { Disruption, Remedy } from '../model/remedy.ts';
import type { NextRemedy } from '../model/report.ts';

/** What a restart of the runtime would do to running containers, as proved by the sources. */
export interface Survival {
  readonly survives: boolean;
  readonly why: string;
}

/** What stands between a problem and its first remedy, as one look at the node can tell. */
export interface NextContext {
  readonly mode: 'remedy' | 'observe';
  readonly remedies: readonly Remedy[];
  /** Ids the operator turned on or off; absent: the remedy's own default. */
  readonly enabled: Readonly<Record<string, boolean>>;
  /** Guards that hold every remedy now: `paused`, `starting`, `pressure`, … */
  readonly guards: readonly string[];
  readonly survival: Survival | undefined;
}

const RANK: Readonly<Record<Disruption, number>> = { none: 0, local: 1, workload: 2, node: 3 };

/** A restart of the runtime is local only where the survival of the containers is proved. */
function disruptionOf(remedy: Remedy, survival: Survival | undefined): Disruption {
  if (remedy.id === 'restart-runtime' && survival?.survives !== true) return 'workload';
  return remedy.disruption;
}

/** The first rung that is switched on, and every guard that would hold it now; undefined: advice only. */
export function nextRemedy(fault: Fault, ladder: readonly string[], context: NextContext): NextRemedy | undefined {
  if (fault.severity === 'notice') return undefined;
  const rung = ladder
    .map((id) => context.remedies.find((remedy) => remedy.id === id))
    .find((remedy) => remedy !== undefined && (context.enabled[remedy.id] ?? remedy.enabledByDefault));
  if (rung === undefined) return undefined;

  const disruption = disruptionOf(rung, context.survival);
  const needsOperator = RANK[disruption] >= RANK.workload && context.enabled[rung.id] !== true;
  const mode = context.mode === 'observe' || needsOperator ? ['mode'] : [];
  return { remedy: rung.id, disruption, blockedBy: [...mode, ...context.guards] };
}
