import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Fault } from '../lib/model/finding.ts';
import type { DoctorReport, SignalReport } from '../lib/model/report.ts';
import { nextWithWords } from '../lib/policy/next.ts';
import { buildReport } from '../lib/policy/report.ts';
import { identityOf } from '../lib/policy/track.ts';
import { nodeState } from '../lib/sources/cluster/node-state.ts';
import { evictionHistory } from '../lib/sources/eviction/eviction-history.ts';
import { toSignalReports } from '../lib/sources/eviction/eviction-report.ts';
import { evictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import { withLargest } from './disk/with-largest.ts';
import { type Look, type LookRequest, lookAround } from './look-around.ts';
import { factOf, type Round } from './round.ts';

export interface Examination extends LookRequest {
  readonly version: string;
  /** The largest users of a filesystem that is short of something are looked for, too. */
  readonly users?: boolean;
}

/** Signals for the report; none where the round had no reason to read them. */
async function signalsOf(round: Round): Promise<readonly SignalReport[]> {
  if (!round.results.some(({ check }) => check.id === 'eviction-signals')) return [];
  const [fact, history] = await Promise.all([factOf(round, evictionSignals), factOf(round, evictionHistory)]);
  return fact === undefined ? [] : toSignalReports(fact, history);
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
