import { survivalOf } from '../lib/checks/runtime/restart-facts.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import type { RestartSurvival } from '../lib/model/restart-survival.ts';
import type { FactOf } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Decision, decide, type History } from '../lib/policy/decide.ts';
import { isDead } from '../lib/policy/guards/unit.ts';
import { ladderOf } from '../lib/policy/ladder.ts';
import { problems } from '../lib/problems/index.ts';
import { findRemedy } from '../lib/remedies/index.ts';
import { dockerInfo } from '../lib/sources/runtime/docker-info.ts';
import { liveRestore } from '../lib/sources/runtime/live-restore.ts';
import { runtimeShims } from '../lib/sources/runtime/runtime-shims.ts';
import { runtimeUnits } from '../lib/sources/runtime/runtime-units.ts';
import type { FleetRequest } from './fleet.ts';
import type { RemedyGuards } from './guards.ts';
import type { BlockerQuestion } from './reboot/holds.ts';

export interface JudgementParts {
  readonly config: AgentConfig;
  readonly factOf: FactOf;
  history(standing: Standing, remedy: Remedy): History;
  /** Read when a problem has a remedy, and never on a healthy node. */
  guards(): Promise<RemedyGuards>;
  /** What the operator has put in its way; absent: nobody is asked. */
  blockers?(question: BlockerQuestion): Promise<readonly Hold[]>;
  /** What holds a remedy that nothing on this node holds, on account of the others; absent: nobody is asked. */
  fleet?(request: FleetRequest): Promise<readonly Hold[]>;
}

const RESTARTS = ['restart-kubelet', 'restart-runtime', 'set-eviction-hard'];

/** Most guards judge by the unit's life: where systemd did not tell it in time, they have seen nothing, and allow nothing. */
function notBlindly(decision: Decision, { facts }: RemedyGuards): Decision {
  if (decision.kind !== 'act' || facts.units !== undefined || !RESTARTS.includes(decision.remedy.id)) return decision;
  const holds = [{ id: 'unit-unknown', why: 'systemd did not say in time what has become of the unit' } as const];
  return { ...decision, kind: 'hold', holds };
}

/** Before the others: no place in the budget is held while something blocks. */
async function askBlockers(decision: Decision, { facts }: RemedyGuards, { blockers }: JudgementParts): Promise<Decision> {
  if (decision.kind !== 'act' || blockers === undefined) return decision;
  const { remedy, disruption } = decision;
  const holds = await blockers({ remedy, disruption, node: facts.node });
  return holds.length === 0 ? decision : { kind: 'hold', remedy, disruption, holds };
}

/** The others are asked last: it costs a question to the API server. */
async function askFleet(decision: Decision, standing: Standing, guards: RemedyGuards, { fleet }: JudgementParts) {
  if (decision.kind !== 'act' || fleet === undefined) return decision;
  const { remedy, disruption } = decision;
  const { units = {}, controlPlane = [] } = guards.facts;
  const unit = units[guards.unitFor(standing, remedy) ?? ''];
  const holds = await fleet({
    remedy: remedy.id,
    disruption,
    reason: standing.fault.reason,
    stood: standing.stood,
    since: standing.since,
    dead: unit !== undefined && isDead(unit),
    controlPlane: controlPlane.length > 0,
  });
  return holds.length === 0 ? decision : ({ kind: 'hold', remedy, disruption, holds } as const);
}

/** What a restart of this unit would do to the containers. */
async function survivalFor(unit: string, { fault }: Standing, factOf: FactOf): Promise<RestartSurvival> {
  const [units, info, proof, shims] = await Promise.all([
    factOf(runtimeUnits),
    factOf(dockerInfo),
    factOf(liveRestore),
    factOf(runtimeShims),
  ]);
  return survivalOf(unit, {
    units: units ?? { kind: 'unknown', why: 'systemctl did not answer' },
    info: info ?? { kind: 'unknown', why: 'docker did not answer' },
    liveRestore: proof,
    shims,
    hasStuckContainer: fault.reason === 'ContainerHung',
  });
}

function whatStops(survival: RestartSurvival | undefined): string | undefined {
  if (survival === undefined || survival.survives) return undefined;
  const { why, wouldStop = 0 } = survival;
  return wouldStop === 0 ? why : `${why}: ${wouldStop} ${wouldStop === 1 ? 'container' : 'containers'} would stop`;
}

/** The next rung for a problem, the same for a person's look and for the agent. */
export async function judgeProblem(standing: Standing, cause: Standing | undefined, parts: JudgementParts): Promise<Decision> {
  const { config, factOf } = parts;
  const ids = ladderOf(standing.fault, cause?.fault, problems, config.ladders);
  const ladder = ids.flatMap((id) => findRemedy(id) ?? []);
  if (standing.fault.untrusted !== undefined) return { kind: 'advise', why: standing.fault.untrusted };
  if (ladder.length === 0) return { kind: 'advise', why: cause === undefined ? 'no remedy for it' : 'its cause is repaired' };

  const guards = await parts.guards();
  // Of the very unit that the plan would restart: behind cri-dockerd that is docker's.
  const restart = ladder.find(({ id }) => id === 'restart-runtime');
  const unit = restart === undefined ? undefined : guards.unitFor(standing, restart);
  const survival = unit === undefined ? undefined : await survivalFor(unit, standing, factOf);
  const allowance = (remedy: Remedy) => config.remedies[remedy.id] ?? { ...NOT_CONFIGURED, disruption: remedy.disruption };
  const disruption = (remedy: Remedy) => guards.disruption(standing, remedy, survival?.survives);
  const holds = (remedy: Remedy) =>
    guards.holds(standing, remedy, { disruption: disruption(remedy), allowed: allowance(remedy).disruption });
  // Rungs that this node's layout does not have are off; where they are all it has, that is said.
  const usable = ladder.filter((remedy) => !holds(remedy).some(({ id }) => id === 'layout'));
  const decision = decide(standing, {
    mode: config.mode,
    ladder: usable.some((remedy) => allowance(remedy).enabled) ? usable : ladder,
    allowance,
    history: (remedy) => parts.history(standing, remedy),
    disruption,
    because: ({ id }) => (id === 'restart-runtime' ? whatStops(survival) : undefined),
    lasting: (remedy) => guards.lasting(remedy, survival?.survives),
    guards: holds,
  });
  return await askFleet(await askBlockers(notBlindly(decision, guards), guards, parts), standing, guards, parts);
}

/** A remedy the configuration does not know is off. */
const NOT_CONFIGURED = { enabled: false, cooldown: 0, attempts: 0 } as const;
