import type { Fault } from '../../lib/model/finding.ts';
import type { CheckState, ProblemState, RemedyStep, Snapshot, Tidings } from '../../lib/model/snapshot.ts';
import type { Standing, Transition } from '../../lib/model/standing.ts';
import { seconds } from '../../lib/model/units.ts';

/** What the daemon tells its reporters, with everything in order unless a test says otherwise. */
export const START = Date.parse('2026-01-01T00:00:00Z');

export const checkState = (state: Partial<CheckState> = {}): CheckState => ({
  name: 'container-runtime',
  status: 'pass',
  summary: 'docker answered in 3 ms',
  lastRun: new Date(START).toISOString(),
  durationMs: 3,
  conditions: ['ContainerRuntimeUnhealthy'],
  ...state,
});

export const problemState = (state: Partial<ProblemState> = {}): ProblemState => ({
  type: 'ContainerRuntimeUnhealthy',
  reason: 'DockerHung',
  subject: 'docker.service',
  severity: 'critical',
  state: 'active',
  since: new Date(START).toISOString(),
  message: 'docker has not answered for 9 s',
  evidence: [],
  advice: [],
  check: 'container-runtime',
  standsMs: 9000,
  exhausted: false,
  localRungToCome: false,
  holds: [],
  ...state,
});

export const snapshot = (changes: Partial<Snapshot> = {}): Snapshot => ({
  apiVersion: 'nodemend.io/v1',
  kind: 'AgentStatus',
  node: 'node-a',
  time: new Date(START).toISOString(),
  agentVersion: '0.0.0',
  mode: 'remedy',
  paused: null,
  health: 'Healthy',
  checks: [checkState()],
  problems: [],
  signals: [],
  lastRemedy: null,
  process: {
    pid: 42,
    startedAt: new Date(START).toISOString(),
    cpuSeconds: 1.5,
    residentBytes: 50_000_000,
    anonymousBytes: 18_000_000,
    openFiles: 20,
    logDropped: 0,
  },
  ...changes,
});

/** `after`: seconds since START, on both clocks. */
export const tidings = (after: number, changes: Partial<Snapshot> = {}, news: Partial<Tidings> = {}): Tidings => ({
  snapshot: snapshot({ time: new Date(START + seconds(after)).toISOString(), ...changes }),
  transitions: [],
  steps: [],
  monotonic: seconds(after),
  ...news,
});

const fault = (changes: Partial<Fault> = {}): Fault => ({
  verdict: 'fail',
  type: 'ContainerRuntimeUnhealthy',
  reason: 'DockerHung',
  subject: 'docker.service',
  severity: 'critical',
  state: 'active',
  message: 'docker has not answered for 9 s',
  evidence: [],
  advice: [],
  ...changes,
});

export const standing = (changes: Partial<Standing> = {}, of: Partial<Fault> = {}): Standing => {
  const about = fault(of);
  const identity = `${about.type}\0${about.subject ?? ''}`;
  return {
    identity,
    check: 'container-runtime',
    fault: about,
    state: about.state,
    since: START,
    stood: 9000,
    gone: 0,
    ...changes,
  };
};

export const transition = (to: Transition['to'], from?: Transition['from'], of: Partial<Fault> = {}): Transition => ({
  standing: standing(to === 'cleared' ? {} : { state: to }, of),
  from,
  to,
});

export const step = (kind: RemedyStep['kind'], changes: Partial<RemedyStep> = {}): RemedyStep => ({
  kind,
  at: START,
  type: 'ContainerRuntimeUnhealthy',
  reason: 'DockerHung',
  subject: 'docker.service',
  remedy: 'restart-runtime',
  message: 'docker.service was killed; active again as process 812',
  ...changes,
});
