import type { Check } from '../model/check.ts';
import { DISRUPTION_RANK } from '../model/disruption.ts';
import type { Fault, Finding } from '../model/finding.ts';
import type { CheckReport } from '../model/report.ts';
import type { CheckState, ProblemState, Snapshot } from '../model/snapshot.ts';
import type { Standing } from '../model/standing.ts';
import type { Duration, Instant } from '../model/units.ts';
import { causeChain, causeOf, inReadingOrder } from './causes.ts';
import type { Decision } from './decide.ts';
import { healthOf } from './health.ts';
import { nextOf } from './next.ts';
import { rfc3339, toCheckReport } from './report.ts';

/** What the agent remembers of a check that is switched on. */
export interface CheckMemory {
  readonly check: Pick<Check, 'id' | 'title' | 'problems'>;
  /** Absent: it has not run yet. */
  readonly last?: { readonly at: Instant; readonly took: Duration; readonly findings: readonly Finding[] };
}

export interface SnapshotInput
  extends Pick<Snapshot, 'node' | 'agentVersion' | 'mode' | 'paused' | 'signals' | 'lastRemedy' | 'process' | 'configuration'> {
  readonly at: Instant;
  readonly checks: readonly CheckMemory[];
  readonly standings: readonly Standing[];
  /** By identity; absent: not decided yet. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Whether its ladder has a rung that ends no container; absent: it may have. */
  readonly mayBeCuredHere?: (fault: Fault) => boolean;
}

function toCheckState({ check, last }: CheckMemory): CheckState {
  // A type with nothing but notices is no condition: others drain on conditions.
  const conditions = check.problems
    .filter(({ reasons }) => Object.values(reasons).some(({ severity }) => severity !== 'notice'))
    .map(({ type }) => type);
  if (last === undefined) {
    return { name: check.id, status: 'unknown', summary: 'has not run yet', lastRun: null, durationMs: 0, conditions };
  }
  const { name, status, summary, durationMs }: CheckReport = toCheckReport({ check, ...last });
  return { name, status, summary, lastRun: rfc3339(last.at), durationMs, conditions };
}

/** Holds that stay: nothing will be cured here while the operator, or the way this node is built, does not allow it. */
const FOR_GOOD = ['mode', 'layout'];

/** What nobody has decided on yet may still be cured here, if there is anything that could. */
function isLocalRungToCome(decision: Decision | undefined): boolean {
  if (decision === undefined) return true;
  if (decision.kind === 'act') return DISRUPTION_RANK[decision.disruption] <= DISRUPTION_RANK.local;
  if (decision.kind !== 'hold' || decision.holds.some(({ id }) => FOR_GOOD.includes(id))) return false;
  return DISRUPTION_RANK[decision.disruption] <= DISRUPTION_RANK.local;
}

function toProblems({ standings, decisions, mayBeCuredHere = () => true }: SnapshotInput): readonly ProblemState[] {
  const standingOf = new Map(standings.map((standing) => [standing.fault, standing]));
  const faults = inReadingOrder([...standingOf.keys()]);
  return faults.flatMap((fault) => {
    const standing = standingOf.get(fault);
    if (standing === undefined) return [];
    const decision = decisions.get(standing.identity);
    const root = standingOf.get(causeChain(fault, faults).at(-1) ?? fault) ?? standing;
    const cause = causeOf(fault, faults)?.type;
    const next = nextOf(decision);
    return [
      {
        type: fault.type,
        reason: fault.reason,
        ...(fault.subject === undefined ? {} : { subject: fault.subject }),
        severity: fault.severity,
        state: standing.state,
        since: rfc3339(standing.since),
        message: fault.message,
        ...(cause === undefined ? {} : { cause }),
        evidence: fault.evidence,
        advice: fault.advice,
        ...(next === undefined ? {} : { next }),
        check: standing.check,
        standsMs: Math.round(standing.stood),
        exhausted: decision?.kind === 'exhausted',
        localRungToCome:
          fault.severity !== 'notice' && mayBeCuredHere(root.fault) && isLocalRungToCome(decisions.get(root.identity)),
        holds: decision?.kind === 'hold' || decision?.kind === 'exhausted' ? (decision.holds ?? []) : [],
      },
    ];
  });
}

/** Everything reporters tell, from what the loop knows. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { node, agentVersion, mode, paused, signals, lastRemedy, process, configuration } = input;
  const checks = input.checks.map(toCheckState);
  const problems = toProblems(input);
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'AgentStatus',
    node,
    time: rfc3339(input.at),
    agentVersion,
    mode,
    paused,
    health: healthOf(
      problems.filter(({ state }) => state !== 'suspected').map(({ severity }) => severity),
      checks.map(({ status }) => status),
    ),
    checks,
    problems,
    signals,
    lastRemedy,
    process,
    ...(configuration === undefined ? {} : { configuration }),
  };
}
