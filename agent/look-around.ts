import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import type { Standing } from '../lib/model/standing.ts';
import { ms } from '../lib/model/units.ts';
import { attemptHistory } from '../lib/policy/budget.ts';
import { causeOf } from '../lib/policy/causes.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { faultsOf, isFault } from '../lib/policy/report.ts';
import { openIncidents } from '../lib/policy/still-open.ts';
import { identityOf } from '../lib/policy/track.ts';
import { within } from '../lib/sources/within.ts';
import { configured, type RemedyGuards, readGuards } from './guards.ts';
import { type JudgementParts, judgeProblem } from './judgement.ts';
import { blockerHolds } from './reboot/holds.ts';
import { factOf, type Round, runRound } from './round.ts';
import { selectChecks } from './select-checks.ts';

/** What the ledger of this node knows. */
export interface Tried {
  readonly entries: readonly LedgerEntry[];
  readonly now: Moment;
}

export interface LookRequest {
  readonly config: AgentConfig;
  /** Check ids; empty: all that are enabled. */
  readonly only?: readonly string[];
  /** Absent: nothing was tried. */
  readonly tried?: Tried;
}

/** After the checks: a hung runtime has already cost most of the 10 s that doctor may take. */
const GUARDS_DEADLINE = ms(500);

/** A person looks once: nothing was tried, and what stands now has just begun to. */
const NOTHING_TRIED = { tried: false, attempts: 0, sinceLast: undefined } as const;

export interface Look {
  readonly round: Round;
  /** Every fault as a problem that has just begun, causes before symptoms. */
  readonly standings: readonly Standing[];
  /** What the agent would do about each of them, were this its only look; by identity. */
  readonly decisions: ReadonlyMap<string, Decision>;
}

function historyOf(tried: Tried | undefined, config: AgentConfig): JudgementParts['history'] {
  if (tried === undefined) return () => NOTHING_TRIED;
  const { entries, now } = tried;
  const open = new Map(openIncidents(entries).map((opened) => [identityOf(opened), opened.incident]));
  return ({ identity, fault: { type, subject } }, { id, again }) =>
    attemptHistory(
      entries,
      { type, subject, remedy: id, incident: open.get(identity), again: again === true },
      config.remedies[id]?.per ?? 0,
      now,
    );
}

function standingsOf(round: Round): readonly Standing[] {
  return round.results.flatMap(({ check, findings }) =>
    findings.filter(isFault).map((fault) => ({
      identity: identityOf(fault),
      check: check.id,
      fault,
      state: fault.state,
      since: fault.since ?? round.at,
      stood: 0,
      gone: 0,
    })),
  );
}

/** One pass of the checks, and what would be done. */
export async function lookAround(host: HostView, { config, only = [], tried }: LookRequest): Promise<Look> {
  const round = await runRound(host, selectChecks(config, only));
  const faults = faultsOf(round.results);
  const seen = standingsOf(round);
  const standings = faults.flatMap((fault) => seen.find((standing) => standing.fault === fault) ?? []);
  let guards: Promise<RemedyGuards> | undefined;
  const parts: JudgementParts = {
    config,
    factOf: (source) => factOf(round, source),
    history: historyOf(tried, config),
    blockers: async (question) => {
      const identity = await host.clusterIdentity();
      const node = identity.kind === 'identity' ? identity.nodeName : config.nodeName;
      const late = [{ id: 'blocked', why: 'what may block it did not answer in time' } as const];
      return (await within(host, blockerHolds({ host, config, node }, question), GUARDS_DEADLINE)) ?? late;
    },
    guards() {
      guards ??= readGuards((source) => factOf(round, source), {
        configured: configured(config, round.at),
        bound: { host, after: GUARDS_DEADLINE },
      });
      return guards;
    },
  };
  const decided = standings.map(async (standing) => {
    const cause = causeOf(standing.fault, faults);
    const explains = standings.find(({ fault }) => fault === cause);
    return [standing.identity, await judgeProblem(standing, explains, parts)] as const;
  });
  return { round, standings, decisions: new Map(await Promise.all(decided)) };
}
