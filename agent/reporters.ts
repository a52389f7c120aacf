import type { AgentConfig } from '../lib/config/schema.ts';
import { writeWhole } from '../lib/host/write-file.ts';
import { safeJson } from '../lib/model/printable.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Reporter, Snapshot } from '../lib/model/snapshot.ts';
import { isUnavailable } from '../lib/model/source.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { type Counts, openCounts } from '../lib/reporters/counts.ts';
import type { DeclaredWord } from '../lib/reporters/declared.ts';
import type { LogFigures } from '../lib/reporters/detector-families.ts';
import { type EventReporter, eventReporter } from '../lib/reporters/event.ts';
import { fileReporter } from '../lib/reporters/file.ts';
import { type Log, logReporter } from '../lib/reporters/log.ts';
import { type MetricsReporter, metricsReporter } from '../lib/reporters/metrics.ts';
import { type NodeStatusReporter, nodeStatusReporter } from '../lib/reporters/node-status.ts';
import { hostIdentity } from '../lib/sources/host/host-identity.ts';
import type { Node } from './compose.ts';
import { gatherer } from './gather.ts';
import { type NodeView, openNodeView, strangerOf } from './node-view.ts';

export interface Reporters {
  readonly all: readonly Reporter[];
  readonly metrics: MetricsReporter;
  readonly nodeStatus: NodeStatusReporter;
  /** What the Node's annotations said when it was last read. */
  readonly switches: () => NodeSwitches;
  readonly view: NodeView;
  /** An event that is not in the state. */
  readonly say: EventReporter['say'];
}

export interface ReporterParts {
  readonly node: Node;
  readonly config: AgentConfig;
  readonly version: string;
  readonly log: Log;
  readonly random: () => number;
  /** Of the log monitors; absent: there are none. */
  readonly figures?: LogFigures;
  /** Conditions that an operator's files declare. */
  readonly declared?: () => readonly DeclaredWord[];
}

/** What of the state a person would want to see at once; the rest of the file may be some seconds old. */
function essence({ health, mode, paused, problems: standing, lastRemedy }: Snapshot): string {
  const lines = standing.map(({ type, reason, subject, state, next }) => [type, reason, subject, state, next?.blockedBy]);
  return JSON.stringify([health, mode, paused, lines, lastRemedy]);
}

const STATUS_EVERY = seconds(10);
/** A scraper comes every 15 to 60 s, and this file lies on a disk. */
const TEXTFILE_EVERY = seconds(30);

interface File {
  readonly path: string;
  readonly text: (snapshot: Snapshot) => string;
  readonly essence: (snapshot: Snapshot) => string;
  readonly every: Duration;
}

function fileAt(log: Log, { path, ...file }: File): Reporter {
  return fileReporter({
    id: path,
    ...file,
    async write(text) {
      const answer = await writeWhole({ path, text, mode: 0o644 });
      if (answer.kind === 'timed-out') return `the disk did not answer within ${formatDuration(answer.after)}`;
      return answer.kind === 'failed' ? answer.why : undefined;
    },
    onFailure: (why) => log.warn({ path, why }, 'file not written'),
  });
}

/** The Node and its events; what one of them has to say that is not in the state goes through the other. */
async function clusterReporters(parts: ReporterParts, counts: Counts) {
  const { node, config, log, random } = parts;
  const { cluster, host } = node;
  const view = openNodeView();
  const known = await gatherer(host).fact(hostIdentity);
  const machine = isUnavailable(known) ? undefined : known;
  const nodeName = async () => {
    if (!config.cluster.enabled) return undefined;
    const identity = await cluster.clusterIdentity();
    return identity.kind === 'identity' ? identity.nodeName : undefined;
  };
  const events: EventReporter = eventReporter({
    cluster,
    nodeName,
    random,
    onDefect: (why) => log.error({ why }, 'event not sent'),
  });
  let lastResult = '';
  const nodeStatus = nodeStatusReporter({
    cluster,
    nodeName,
    conditionAfter: config.report.conditionAfter,
    random,
    ...(parts.declared === undefined ? {} : { declared: parts.declared }),
    refuse: (body) => strangerOf(body, machine),
    onNode: view.observe,
    onForeign(type) {
      log.warn({ type }, 'condition is written by somebody else');
      const message = `${type} is written by somebody else and left to them; switch one of the two off`;
      events.say({ type: 'Warning', reason: 'ConditionOfAnother', message, key: `foreign\0${type}` });
    },
    onWrite(result, why) {
      counts.writes.add({ result });
      if (result !== lastResult && result !== 'written') log.warn({ result, why }, 'node not written');
      if (result === 'written' && lastResult !== '' && lastResult !== result)
        log.info({ after: lastResult }, 'node written again');
      lastResult = result;
    },
  });
  return { events, nodeStatus, view, switches: () => view.switches(host.clock.now()) };
}

export async function composeReporters(parts: ReporterParts): Promise<Reporters> {
  const { config, version, log } = parts;
  const reasons = Object.fromEntries(problems.map((problem) => [problem.type, Object.keys(problem.reasons)]));
  const ids = remedies.map(({ id }) => id);
  const counts = openCounts({
    remedies: ids,
    reasons: Object.values(reasons).flat(),
    // Asked at each scrape: the configuration may be another by then.
    enabled: () => ids.filter((id) => config.remedies[id]?.enabled === true),
  });
  const metrics = metricsReporter({
    version,
    counts,
    reasons,
    ...(parts.figures === undefined ? {} : { figures: parts.figures }),
  });
  const { nodeStatus, events, view, switches } = await clusterReporters(parts, counts);
  const text = (snapshot: Snapshot) => `${safeJson(snapshot)}\n`;
  const status = fileAt(log, { path: `${config.runtimeDirectory}/status.json`, text, essence, every: STATUS_EVERY });
  const { textfile } = config.metrics;
  const scraped = { path: textfile, text: () => metrics.fileText(), essence: () => '', every: TEXTFILE_EVERY };
  const files = textfile === '' ? [status] : [status, fileAt(log, scraped)];
  // The metrics first: the file is made from them.
  return { metrics, nodeStatus, view, switches, say: events.say, all: [logReporter(log), metrics, ...files, nodeStatus, events] };
}
