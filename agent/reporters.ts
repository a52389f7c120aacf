import type { AgentConfig } from '../lib/config/schema.ts';
import { writeWhole } from '../lib/host/write-file.ts';
import { safeJson } from '../lib/model/printable.ts';
import type { Reporter, Snapshot } from '../lib/model/snapshot.ts';
import { seconds } from '../lib/model/units.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { openCounts } from '../lib/reporters/counts.ts';
import { eventReporter } from '../lib/reporters/event.ts';
import { fileReporter } from '../lib/reporters/file.ts';
import { type Log, logReporter } from '../lib/reporters/log.ts';
import { type MetricsReporter, metricsReporter } from '../lib/reporters/metrics.ts';
import { nodeStatusReporter } from '../lib/reporters/node-status.ts';
import type { Node } from './compose.ts';

export interface Reporters {
  readonly all: readonly Reporter[];
  readonly metrics: MetricsReporter;
}

export interface ReporterParts {
  readonly node: Node;
  readonly config: AgentConfig;
  readonly version: string;
  readonly log: Log;
  readonly random: () => number;
}

/** What of the state a person would want to see at once; the rest of the file may be some seconds old. */
function essence({ health, mode, paused, problems: standing, lastRemedy }: Snapshot): string {
  const lines = standing.map(({ type, reason, subject, state, next }) => [type, reason, subject, state, next?.blockedBy]);
  return JSON.stringify([health, mode, paused, lines, lastRemedy]);
}

export function composeReporters({ node, config, version, log, random }: ReporterParts): Reporters {
  const { cluster } = node;
  const reasons = Object.fromEntries(problems.map((problem) => [problem.type, Object.keys(problem.reasons)]));
  const counts = openCounts(
    remedies.map(({ id }) => id),
    Object.values(reasons).flat(),
  );
  const nodeName = async () => {
    if (!config.cluster.enabled) return undefined;
    const identity = await cluster.clusterIdentity();
    return identity.kind === 'identity' ? identity.nodeName : undefined;
  };
  const metrics = metricsReporter({ version, counts, reasons });
  const status = fileReporter({
    id: 'status-file',
    text: (snapshot) => `${safeJson(snapshot)}\n`,
    essence,
    every: seconds(10),
    write: async (text) => {
      const answer = await writeWhole({ path: `${config.runtimeDirectory}/status.json`, text, mode: 0o644 });
      return answer.kind === 'failed' ? answer.why : undefined;
    },
    onFailure: (why) => log.warn({ why }, 'status file cannot be written'),
  });
  const nodeStatus = nodeStatusReporter({
    cluster,
    nodeName,
    conditionAfter: config.report.conditionAfter,
    random,
    onForeign: (type) => log.warn({ type }, 'condition is written by somebody else'),
    onWrite: (result, why) => {
      counts.writes.add({ result });
      if (result !== 'written') log.warn({ result, why }, 'node not written');
    },
  });
  const events = eventReporter({ cluster, nodeName, random, onDefect: (why) => log.error({ why }, 'event defect') });
  return { metrics, all: [logReporter(log), metrics, status, nodeStatus, events] };
}
