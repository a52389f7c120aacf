import { survivalOf } from '../lib/checks/runtime/restart-facts.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import type { RestartSurvival } from '../lib/model/restart-survival.ts';
import type { Source } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Decision, decide, type History } from '../lib/policy/decide.ts';
import { ladderOf } from '../lib/policy/ladder.ts';
import { problems } from '../lib/problems/index.ts';
import { findRemedy } from '../lib/remedies/index.ts';
import { dockerInfo } from '../lib/sources/runtime/docker-info.ts';
import { liveRestore } from '../lib/sources/runtime/live-restore.ts';
import { runtimeShims } from '../lib/sources/runtime/runtime-shims.ts';
import { runtimeUnits } from '../lib/sources/runtime/runtime-units.ts';
import type { RemedyGuards } from './guards.ts';

/** A fact of this moment; undefined: it could not be read. */
export type FactOf = <Fact>(source: Source<Fact>) => Promise<Fact | undefined>;

export interface JudgementParts {
  readonly config: AgentConfig;
  readonly factOf: FactOf;
  history(standing: Standing, remedy: Remedy): History;
  /** Read when a problem has a remedy, and never on a healthy node. */
  guards(): Promise<RemedyGuards>;
}

/** What a restart of this unit would do to the containers. */
async function survivalFor(unit: string, factOf: FactOf): Promise<RestartSurvival> {
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
  });
}

/** The next rung for a problem, the same for a person's look and for the agent. */
export async function judgeProblem(standing: Standing, cause: Standing | undefined, parts: JudgementParts): Promise<Decision> {
  const { config, factOf } = parts;
  const ids = ladderOf(standing.fault, cause?.fault, problems, config.ladders);
  const ladder = ids.flatMap((id) => findRemedy(id) ?? []);
  if (ladder.length === 0) return { kind: 'advise', why: cause === undefined ? 'no remedy for it' : 'its cause is repaired' };

  const guards = await parts.guards();
  // Of the very unit that the plan would restart: behind cri-dockerd that is docker's.
  const restart = ladder.find(({ id }) => id === 'restart-runtime');
  const unit = restart === undefined ? undefined : guards.unitFor(standing, restart);
  const survival = unit === undefined ? undefined : await survivalFor(unit, factOf);
  const allowance = (remedy: Remedy) => config.remedies[remedy.id] ?? { ...NOT_CONFIGURED, disruption: remedy.disruption };
  const disruption = (remedy: Remedy) => guards.disruption(standing, remedy, survival?.survives);
  return decide(standing, {
    mode: config.mode,
    ladder,
    allowance,
    history: (remedy) => parts.history(standing, remedy),
    disruption,
    guards: (remedy) => guards.holds(standing, remedy, { disruption: disruption(remedy), allowed: allowance(remedy).disruption }),
  });
}

/** A remedy the configuration does not know is off. */
const NOT_CONFIGURED = { enabled: false, cooldown: 0, attempts: 0 } as const;
