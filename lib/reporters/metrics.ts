import type { Reporter, Snapshot } from '../model/snapshot.ts';
import { type Counts, countTidings } from './counts.ts';
import { isCertain } from './problem-words.ts';
import { type Family, type Labels, renderMetrics, type Sample } from './prometheus.ts';

export interface MetricsReporter extends Reporter {
  /** The text of a scrape. */
  text(): string;
  /** The same for node_exporter's textfile collector: it has `process_…` of its own, and complains of ours at every scrape. */
  fileText(): string;
}

const HEALTHS = ['Healthy', 'Degraded', 'Critical', 'Unknown'];
const STATUSES = ['pass', 'warn', 'fail', 'unknown', 'skip'];

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, type: 'gauge', samples });
const total = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, type: 'counter', samples });
const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ value }]);
const toUnixSeconds = (time: string) => Date.parse(time) / 1000;

/** One series for each state there is, 1 for the one that holds. */
function stateSet(labels: Labels, name: string, states: readonly string[], state: string): readonly Sample[] {
  return states.map((each) => ({ labels: { ...labels, [name]: each }, value: each === state ? 1 : 0 }));
}

function checkFamilies({ checks }: Snapshot): readonly Family[] {
  const ran = checks.filter(({ lastRun }) => lastRun !== null);
  return [
    gauge(
      'nodemend_check_duration_seconds',
      'Time the last run of a check took, the reading of its sources included.',
      ran.map(({ name, durationMs }) => ({ labels: { check: name }, value: durationMs / 1000 })),
    ),
    gauge(
      'nodemend_check_status',
      'What a check says: 1 for its status, 0 for the others.',
      checks.flatMap(({ name, status }) => stateSet({ check: name }, 'status', STATUSES, status)),
    ),
    gauge(
      'nodemend_check_last_run_timestamp_seconds',
      'When a check last ran.',
      ran.map(({ name, lastRun }) => ({ labels: { check: name }, value: toUnixSeconds(lastRun ?? '') })),
    ),
  ];
}

function problemFamilies({ problems }: Snapshot): readonly Family[] {
  const certain = problems.filter(isCertain);
  const givenUp = certain.filter(({ exhausted }) => exhausted);
  return [
    gauge(
      'nodemend_problem',
      'Problems that stand, suspicions left out.',
      certain.map(({ type, reason, severity }) => ({ labels: { type, reason, severity }, value: 1 })),
    ),
    gauge(
      'nodemend_problem_given_up',
      'Problems whose remedies were all tried without success.',
      givenUp.map(({ type, reason }) => ({ labels: { type, reason }, value: 1 })),
    ),
  ];
}

function signalFamilies({ signals }: Snapshot): readonly Family[] {
  const of = (name: string, help: string, value: (signal: Snapshot['signals'][number]) => number | null) =>
    gauge(
      name,
      help,
      signals.flatMap((signal) => {
        const sample = value(signal);
        return sample === null ? [] : [{ labels: { signal: signal.signal, kind: signal.kind }, value: sample }];
      }),
    );
  const ratio = ({ headroom, capacity }: Snapshot['signals'][number]) =>
    headroom === null || capacity === null || capacity <= 0 ? null : headroom / capacity;
  return [
    of('nodemend_signal_observed', "Observed value of an eviction signal, in the signal's unit.", ({ observed }) => observed),
    of('nodemend_signal_threshold', 'Threshold below which the kubelet evicts.', ({ thresholdValue }) => thresholdValue),
    of('nodemend_signal_headroom_ratio', 'What is left above the threshold, as a share of the capacity.', ratio),
    of('nodemend_signal_seconds_left', 'Time until the threshold is met at the present trend.', ({ secondsLeft }) => secondsLeft),
  ];
}

/** From the first scrape on, before there is anything to tell: what happens first is an increase then. */
function ownTotals({ remedies, blocked, writes }: Counts): readonly Family[] {
  return [
    total('nodemend_remedies_total', 'Remedies by how they ended.', remedies.samples()),
    total('nodemend_remedies_blocked_total', 'Times a guard began to hold a remedy.', blocked.samples()),
    total('nodemend_report_writes_total', 'Writes of the Node by result.', writes.samples()),
  ];
}

function configurationFamilies({ configuration }: Snapshot): readonly Family[] {
  if (configuration === undefined) return [];
  const { state, at } = configuration;
  return [
    gauge(
      'nodemend_config_last_reload_successful',
      'Whether the configuration was good when it was last read; 0: the one before still holds.',
      one(state === 'applied' ? 1 : 0),
    ),
    gauge('nodemend_config_last_reload_timestamp_seconds', 'When the configuration was last read.', one(toUnixSeconds(at))),
  ];
}

function processFamilies({ process }: Snapshot): readonly Family[] {
  const { startedAt, cpuSeconds, residentBytes, anonymousBytes, openFiles, logDropped } = process;
  return [
    total('nodemend_log_dropped_total', 'Log lines that nobody took.', one(logDropped)),
    total('nodemend_process_cpu_seconds_total', 'CPU time of the agent.', one(cpuSeconds)),
    gauge('nodemend_process_resident_memory_bytes', 'Resident memory of the agent.', one(residentBytes)),
    gauge('nodemend_process_anonymous_memory_bytes', 'Private memory of the agent (RssAnon).', one(anonymousBytes)),
    gauge('nodemend_process_open_fds', 'Open file descriptors of the agent.', one(openFiles)),
    gauge('nodemend_process_start_time_seconds', 'When the agent was started.', one(toUnixSeconds(startedAt))),
  ];
}

/** By the names that every exporter has. */
function standardFamilies(snapshot: Snapshot): readonly Family[] {
  const standard = /^nodemend_(?=process_(?!anonymous))/;
  return processFamilies(snapshot).flatMap((family) =>
    standard.test(family.name) ? [{ ...family, name: family.name.replace(standard, '') }] : [],
  );
}

/** What the log monitors have counted, over restarts too, and what they say of every permanent rule. */
export type LogFigures = () => {
  readonly counters: ReadonlyMap<string, number>;
  readonly gauges: readonly { readonly type: string; readonly reason: string; readonly value: number }[];
};

/** A reason that both know: a condition out of a log is a problem as well, and counted once. */
function counted(counts: Counts, counters: ReadonlyMap<string, number>): readonly Sample[] {
  const problems = counts.problems.samples().map(({ labels = {}, value }) => {
    return { labels, value: Math.max(value, counters.get(labels.reason ?? '') ?? 0) };
  });
  return [...problems, ...[...counters].map(([reason, value]) => ({ labels: { reason }, value }))];
}

/** This and the next are node-problem-detector's own metrics, for dashboards that know them. */
function problemCounter({ counts, figures }: MetricsOptions): Family {
  const counters = figures?.().counters ?? new Map<string, number>();
  return total('problem_counter', 'Number of times a specific type of problem have occurred.', counted(counts, counters));
}

function problemGauge({ problems }: Snapshot, { reasons, figures }: MetricsOptions): Family {
  const gauges = figures?.().gauges ?? [];
  const stands = (type: string, reason: string) =>
    problems.some((problem) => isCertain(problem) && problem.type === type && problem.reason === reason);
  const known = Object.entries(reasons).flatMap(([type, names]) => names.map((reason) => ({ type, reason })));
  const samples = [...known, ...problems.map(({ type, reason }) => ({ type, reason }))].map(({ type, reason }) => ({
    labels: { reason, type },
    value: stands(type, reason) ? 1 : 0,
  }));
  const ofRules = gauges.map(({ type, reason, value }) => ({ labels: { reason, type }, value }));
  return gauge('problem_gauge', 'Whether a specific type of problem is affecting the node or not.', [...samples, ...ofRules]);
}

export interface MetricsOptions {
  readonly version: string;
  readonly counts: Counts;
  /** Of the catalogue, by problem type. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
  /** Absent: no log is followed. */
  readonly figures?: LogFigures;
}

/** Every metric; made when somebody asks. */
export function metricsReporter(options: MetricsOptions): MetricsReporter {
  const { version, counts } = options;
  let latest: Snapshot | undefined;
  const families = (): readonly Family[] => {
    const build = gauge('nodemend_build_info', 'Version of the agent.', [{ labels: { version }, value: 1 }]);
    const own = [...ownTotals(counts), problemCounter(options)];
    if (latest === undefined) return [build, ...own];
    return [
      build,
      ...own,
      gauge('nodemend_health', 'Health of the node: 1 for what holds.', stateSet({}, 'health', HEALTHS, latest.health)),
      gauge('nodemend_paused', 'Whether a person has paused all remedies.', one(latest.paused === null ? 0 : 1)),
      ...checkFamilies(latest),
      ...problemFamilies(latest),
      ...signalFamilies(latest),
      ...configurationFamilies(latest),
      ...processFamilies(latest),
      problemGauge(latest, options),
    ];
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
