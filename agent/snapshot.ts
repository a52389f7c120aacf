import { readdirSync, readFileSync } from 'node:fs';
import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import { DISRUPTION_RANK } from '../lib/model/disruption.ts';
import { unknown } from '../lib/model/finding.ts';
import type { ConfigurationState, LastRemedy, ProcessFigures, Snapshot } from '../lib/model/snapshot.ts';
import { isUnavailable } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Instant } from '../lib/model/units.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { ladderOf } from '../lib/policy/ladder.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import { isFault } from '../lib/policy/report.ts';
import { buildSnapshot, type CheckMemory } from '../lib/policy/snapshot.ts';
import { problems } from '../lib/problems/index.ts';
import { findRemedy } from '../lib/remedies/index.ts';
import { nodeState } from '../lib/sources/cluster/node-state.ts';
import { evictionHistory } from '../lib/sources/eviction/eviction-history.ts';
import { toSignalReports } from '../lib/sources/eviction/eviction-report.ts';
import { evictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import type { Gatherer } from './gather.ts';
import { droppedLines } from './log.ts';
import type { CheckResult } from './round.ts';
import { isOn } from './schedule.ts';

export interface SnapshotParts {
  readonly host: HostView;
  readonly gathered: Gatherer;
  readonly config: AgentConfig;
  readonly node: string;
  readonly version: string;
  readonly startedAt: Instant;
  /** What the Node's annotations say. */
  readonly switches: NodeSwitches;
  readonly configuration?: ConfigurationState | undefined;
}

/** What the loop knows at this moment. */
export interface Mind {
  readonly latest: ReadonlyMap<string, { readonly at: Instant; readonly result: CheckResult }>;
  readonly standings: readonly Standing[];
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly lastRemedy: LastRemedy | null;
}

/** RssAnon of this process. */
export function privateBytes(): number | null {
  try {
    const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

function processFigures(startedAt: Instant): ProcessFigures {
  const { user, system } = process.cpuUsage();
  return {
    pid: process.pid,
    startedAt: new Date(startedAt).toISOString(),
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    anonymousBytes: privateBytes(),
    openFiles: openFiles(),
    logDropped: droppedLines(),
  };
}

/** What a check said that has stopped since is no word about now. */
function stoppedChecks(latest: Mind['latest']): ReadonlyMap<string, string> {
  const findings = latest.get('agent-health')?.result.findings ?? [];
  const stopped = findings.flatMap((one) =>
    isFault(one) && one.reason === 'CheckStopped' && one.subject !== undefined ? [[one.subject, one.message] as const] : [],
  );
  return new Map(stopped);
}

function memories(config: AgentConfig, latest: Mind['latest']): readonly CheckMemory[] {
  const stopped = stoppedChecks(latest);
  return checks
    .filter((check) => isOn(check, config))
    .map((check) => {
      const seen = latest.get(check.id);
      if (seen === undefined) return { check };
      const why = stopped.get(check.id);
      const findings = why === undefined ? seen.result.findings : [unknown(why)];
      return { check, last: { at: seen.at, took: seen.result.took, findings } };
    });
}

const isLocal = (remedy: string) => {
  const disruption = findRemedy(remedy)?.disruption;
  return disruption !== undefined && DISRUPTION_RANK[disruption] <= DISRUPTION_RANK.local;
};

/** What the agent thinks now. Signals are those that the checks read last: telling costs the node no reading. */
export async function snapshotOf(parts: SnapshotParts, mind: Mind): Promise<Snapshot> {
  const { host, gathered, config, node, version, startedAt, switches, configuration } = parts;
  const state = await gathered.fact(nodeState);
  const signals = gathered.last?.(evictionSignals)?.fact;
  const history = gathered.last?.(evictionHistory)?.fact ?? {};
  const pause = (isUnavailable(state) ? undefined : state.pause) ?? switches.paused;
  return buildSnapshot({
    at: host.clock.now(),
    node,
    agentVersion: version,
    mode: switches.observe ? 'observe' : config.mode,
    paused:
      pause === undefined
        ? null
        : { reason: pause.reason, ...(pause.until === undefined ? {} : { until: new Date(pause.until).toISOString() }) },
    signals: signals === undefined ? [] : toSignalReports(signals, history),
    lastRemedy: mind.lastRemedy,
    process: processFigures(startedAt),
    ...(configuration === undefined ? {} : { configuration }),
    checks: memories(config, mind.latest),
    standings: mind.standings,
    decisions: mind.decisions,
    mayBeCuredHere: (fault) => ladderOf(fault, undefined, problems, config.ladders).some(isLocal),
  });
}
