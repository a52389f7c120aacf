import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Fault } from '../lib/model/finding.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import { nearest } from '../lib/model/nearest.ts';
import type { DoctorReport, SignalReport } from '../lib/model/report.ts';
import type { Standing } from '../lib/model/standing.ts';
import { ms } from '../lib/model/units.ts';
import { attemptHistory, openIncidents } from '../lib/policy/budget.ts';
import { causeOf } from '../lib/policy/causes.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { nextWithWords } from '../lib/policy/next.ts';
import { buildReport, faultsOf, isFault } from '../lib/policy/report.ts';
import { identityOf } from '../lib/policy/track.ts';
import { nodeState } from '../lib/sources/cluster/node-state.ts';
import { evictionHistory } from '../lib/sources/eviction/eviction-history.ts';
import { toSignalReports } from '../lib/sources/eviction/eviction-report.ts';
import { evictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import { within } from '../lib/sources/within.ts';
import { withLargest } from './disk/with-largest.ts';
import { configured, type RemedyGuards, readGuards } from './guards.ts';
import { type JudgementParts, judgeProblem } from './judgement.ts';
import { blockerHolds } from './reboot/holds.ts';
import { factOf, type Round, runRound, type SelectedCheck } from './round.ts';
import { isOn, settingsOf } from './schedule.ts';

export interface Examination {
  readonly config: AgentConfig;
  /** Check ids; empty: all that are enabled. */
  readonly only?: readonly string[];
  readonly version: string;
  /** What the ledger of this node knows; absent: nothing was tried. */
  readonly tried?: Tried;
  /** The largest users of a filesystem that is short of something are looked for, too. */
  readonly users?: boolean;
}

export interface Tried {
  readonly entries: readonly LedgerEntry[];
  readonly now: Moment;
}

function refuseUnknown(only: readonly string[]): void {
  const ids = checks.map(({ id }) => id);
  for (const name of only) {
    if (ids.includes(name)) continue;
    const closest = nearest(name, ids);
    const hint = closest === undefined ? `one of: ${ids.join(', ')}` : `did you mean ${closest}?`;
    throw new AgentError('ARGUMENT_INVALID', `--only: no check ${JSON.stringify(name)}; ${hint}`);
  }
}

/** A check that is named runs, even if the configuration switched it off: a person asked for it. */
function selectChecks(config: AgentConfig, only: readonly string[]): readonly SelectedCheck[] {
  refuseUnknown(only);
  return checks.flatMap((check) => {
    const selected = only.length === 0 ? isOn(check, config) : only.includes(check.id);
    return selected ? [{ check, settings: settingsOf(check, config) }] : [];
  });
}

/** Signals for the report; none where the round had no reason to read them. */
async function signalsOf(round: Round): Promise<readonly SignalReport[]> {
  if (!round.results.some(({ check }) => check.id === 'eviction-signals')) return [];
  const [fact, history] = await Promise.all([factOf(round, evictionSignals), factOf(round, evictionHistory)]);
  return fact === undefined ? [] : toSignalReports(fact, history);
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
export async function lookAround(
  host: HostView,
  { config, only = [], tried }: Pick<Examination, 'config' | 'only' | 'tried'>,
): Promise<Look> {
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

/** One pass of the checks, judged and explained: what doctor prints. */
export async function examine(host: HostView, { version, users, ...wanted }: Examination): Promise<DoctorReport> {
  const look = await lookAround(host, wanted);
  const report = await reportOf(look, wanted.config, version);
  return users === true ? await withLargest(report, look, host) : report;
}

/** What doctor prints of a look. */
export async function reportOf({ round, decisions }: Look, config: AgentConfig, version: string): Promise<DoctorReport> {
  const [state, signals] = await Promise.all([factOf(round, nodeState), signalsOf(round)]);
  const node = config.nodeName === 'auto' ? (state?.hostname ?? '') : config.nodeName;
  const decisionOf = (fault: Fault) => decisions.get(identityOf(fault));
  return buildReport({
    at: round.at,
    node,
    version,
    checks: round.results,
    signals,
    next: (fault) => nextWithWords(decisionOf(fault)),
    exhausted: (fault) => decisionOf(fault)?.kind === 'exhausted',
  });
}
