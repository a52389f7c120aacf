import type { Snapshot } from '../model/snapshot.ts';
import { gauge, one, stateSet, toUnixSeconds } from './metric-family.ts';
import { isCertain } from './problem-words.ts';
import type { Family } from './prometheus.ts';

const HEALTHS = ['Healthy', 'Degraded', 'Critical', 'Unknown'];
const STATUSES = ['pass', 'warn', 'fail', 'unknown', 'skip'];

function healthFamilies({ health, paused }: Snapshot): readonly Family[] {
  return [
    gauge('nodemend_health', 'Health of the node: 1 for what holds.', stateSet({}, 'health', HEALTHS, health)),
    gauge('nodemend_paused', 'Whether a person has paused all remedies.', one(paused === null ? 0 : 1)),
  ];
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

/** What the agent thinks of its node. */
export const stateFamilies = (snapshot: Snapshot): readonly Family[] => [
  ...healthFamilies(snapshot),
  ...checkFamilies(snapshot),
  ...problemFamilies(snapshot),
  ...signalFamilies(snapshot),
  ...configurationFamilies(snapshot),
];
