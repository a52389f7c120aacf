import type { Reporter, Snapshot } from '../model/snapshot.ts';
import { type Counts, countTidings } from './counts.ts';
import { type DetectorOptions, problemCounter, problemGauge } from './detector-families.ts';
import { gauge, total } from './metric-family.ts';
import { processFamilies, standardFamilies } from './process-families.ts';
import { type Family, renderMetrics } from './prometheus.ts';
import { stateFamilies } from './state-families.ts';

export interface MetricsReporter extends Reporter {
  /** The text of a scrape. */
  text(): string;
  /** The same for node_exporter's textfile collector: it has `process_…` of its own, and complains of ours at every scrape. */
  fileText(): string;
}

/** From the first scrape on, before there is anything to tell: what happens first is an increase then. */
function ownTotals({ remedies, blocked, writes }: Counts): readonly Family[] {
  return [
    total('nodemend_remedies_total', 'Remedies by how they ended.', remedies.samples()),
    total('nodemend_remedies_blocked_total', 'Times a guard began to hold a remedy.', blocked.samples()),
    total('nodemend_report_writes_total', 'Writes of the Node by result.', writes.samples()),
  ];
}

export interface MetricsOptions extends DetectorOptions {
  readonly version: string;
  readonly counts: Counts;
}

/** Every metric; made when somebody asks. */
export function metricsReporter(options: MetricsOptions): MetricsReporter {
  const { version, counts } = options;
  let latest: Snapshot | undefined;
  const families = (): readonly Family[] => {
    const build = gauge('nodemend_build_info', 'Version of the agent.', [{ labels: { version }, value: 1 }]);
    const own = [...ownTotals(counts), problemCounter(options)];
    if (latest === undefined) return [build, ...own];
    return [build, ...own, ...stateFamilies(latest), ...processFamilies(latest), problemGauge(latest, options)];
  };
  return {
    id: 'metrics',
    async report(tidings) {
      countTidings(counts, latest?.problems ?? [], tidings);
      latest = tidings.snapshot;
    },
    text: () => renderMetrics([...families(), ...(latest === undefined ? [] : standardFamilies(latest))]),
    fileText: () => renderMetrics(families()),
  };
}
