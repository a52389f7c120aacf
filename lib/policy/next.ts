import type { Fault } from '../model/finding.ts';
import type { Disruption, Remedy } from '../model/remedy.ts';
import type { NextRemedy } from '../model/report.ts';

/** What a restart of the runtime would do to running containers, as proved by the sources. */
export interface Survival {
  readonly survives: boolean;
  readonly why: string;
}

/** `disruption`: the most this remedy may disrupt here. */
export interface Allowance {
  readonly enabled: boolean;
  readonly disruption: Disruption;
}

/** What stands between a problem and its first remedy, as one look at the node can tell. */
export interface NextContext {
  readonly mode: 'remedy' | 'observe';
  readonly remedies: readonly Remedy[];
  /** What the operator allows, by remedy id; absent: the remedy's own defaults. */
  readonly allowed: Readonly<Record<string, Allowance>>;
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
  const allowance = (remedy: Remedy): Allowance =>
    context.allowed[remedy.id] ?? { enabled: remedy.enabledByDefault, disruption: remedy.disruption };
  const rung = ladder
    .map((id) => context.remedies.find((remedy) => remedy.id === id))
    .find((remedy) => remedy !== undefined && allowance(remedy).enabled);
  if (rung === undefined) return undefined;

  const disruption = disruptionOf(rung, context.survival);
  const exceeds = RANK[disruption] > RANK[allowance(rung).disruption];
  const mode = context.mode === 'observe' || exceeds ? ['mode'] : [];
  return { remedy: rung.id, disruption, blockedBy: [...mode, ...context.guards] };
}
