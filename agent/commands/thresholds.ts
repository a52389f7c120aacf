import { evictionConfig } from '../../lib/checks/eviction-config.ts';
import { AgentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { isFault } from '../../lib/policy/report.ts';
import { nodeState } from '../../lib/sources/cluster/node-state.ts';
import { evictionHistory } from '../../lib/sources/eviction/eviction-history.ts';
import { toSignalReports } from '../../lib/sources/eviction/eviction-report.ts';
import { type EvictionSignals, evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { type Command, type CommandContext, EXIT, shared } from '../command.ts';
import { gatherer } from '../gather.ts';
import { renderThresholds, type ThresholdRow, type ThresholdsReport } from '../output/thresholds.ts';
import { chooseSubject, subjectOptions } from '../subject.ts';

/** What doctor says about the settings: everything that is not in order, the exact setting once. */
function notesOf(eviction: EvictionSignals, now: number): string[] {
  const findings = evictionConfig.evaluate({ eviction, tuning: {} }, { now, settings: {} });
  const faults = findings.filter(isFault);
  const unsure = findings.filter(({ verdict }) => verdict === 'unknown');
  const advice = new Set(faults.flatMap((fault) => fault.advice.map(({ text }) => text)));
  return [...[...unsure, ...faults].map(({ message }) => message), ...advice];
}

function toRows(eviction: EvictionSignals, history: Parameters<typeof toSignalReports>[1]): ThresholdRow[] {
  return toSignalReports(eviction, history).map((row) => {
    const reading = eviction.signals.find(({ signal }) => signal === row.signal);
    const grace = reading?.thresholds.find(({ kind, text }) => kind === row.kind && text === row.threshold)?.grace;
    return { ...row, at: reading?.at ?? null, graceSeconds: grace === undefined ? null : grace / 1000 };
  });
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const { host, config } = await chooseSubject(options);
  const gathered = gatherer(host);
  const [eviction, history, state] = await Promise.all([
    gathered.fact(evictionSignals),
    gathered.fact(evictionHistory),
    gathered.fact(nodeState),
  ]);
  if (isUnavailable(eviction)) throw new AgentError('SOURCE_UNREADABLE', eviction.unavailable);
  const hostname = isUnavailable(state) ? '' : state.hostname;
  const report: ThresholdsReport = {
    apiVersion: 'nodemend.io/v1',
    kind: 'ThresholdsReport',
    node: config.nodeName === 'auto' ? hostname : config.nodeName,
    time: new Date(host.clock.now()).toISOString(),
    kubelet: { version: eviction.kubelet.version ?? null, source: eviction.kubelet.source },
    signals: toRows(eviction, isUnavailable(history) ? {} : history),
    notes: notesOf(eviction, host.clock.now()),
  };
  terminal.print(options.json === true ? `${safeJson(report, 2)}\n` : renderThresholds(report, terminal));
  return EXIT.ok;
}

export const thresholds: Command = {
  name: 'thresholds',
  summary: 'every eviction signal: its effective threshold and where from, what is left, and which ones nobody guards',
  example: 'nodemend thresholds\nnodemend thresholds --json',
  options: {
    json: shared.json,
    ...subjectOptions,
  },
  run,
};
