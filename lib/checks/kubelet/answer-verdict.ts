import { explainConnectFailure } from '../../model/connect-failure.ts';
import { type Finding, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import type { Duration } from '../../model/units.ts';
import type { HealthProbe, KubeletHealth } from '../../sources/kubelet/kubelet-healthz.ts';
import type { RunningKubelet } from '../../sources/kubelet/kubelet-process.ts';
import { describeKubelet } from './advice.ts';
import { kubeletFault, type Runs } from './unit-verdict.ts';

export interface Alive {
  readonly kubelet: RunningKubelet;
  readonly health: KubeletHealth;
  readonly runs: Runs;
}

function describeProbe({ url, answer }: HealthProbe): string {
  if (answer.kind === 'response') return `${url} answered ${answer.status}`;
  if (answer.kind === 'untrusted' || answer.kind === 'no-identity') return `${url}: ${answer.reason}`;
  return `${url}: ${explainConnectFailure(answer)}`;
}

/** 401 and 403 come from a kubelet that lives and wants a credential. */
const isAlive = ({ answer }: HealthProbe) => answer.kind === 'response' && answer.status < 500;
const hasFailed = ({ answer }: HealthProbe) => answer.kind === 'response' && answer.status >= 500;
const isSilent = ({ answer }: HealthProbe) => answer.kind === 'timed-out' || answer.kind === 'backlog-full';

const toEvidence = (probes: readonly HealthProbe[]) =>
  probes.map((probe) => ({ from: probe.url, excerpt: describeProbe(probe) }));

/** CPU ticks within the deadline that tell a starved kubelet from one that stands still. */
const PROGRESS = 10;

function judgeProbes({ kubelet, runs, health }: Alive, startWithin: Duration): Finding {
  const who = describeKubelet(runs.identity);
  if (health.kind === 'not-asked') return unknown(health.why);
  const { probes, progress } = health;
  const said = probes.map(describeProbe).join(', ');
  const failed = probes.find(hasFailed);
  if (failed?.answer.kind === 'response') {
    const checks = [...failed.answer.body.matchAll(/^\[-\](\S+)/gm)].map(([, name]) => name).join(', ');
    const message = `${who} says it is not healthy: ${said}${checks === '' ? '' : ` (${checks})`}`;
    return kubeletFault(runs, 'KubeletHung', message, {
      evidence: [{ from: failed.url, excerpt: failed.answer.body.slice(0, 500) }],
    });
  }
  // :10250 may wait for the API server, which it asks about anonymous callers; :10248 waits for nobody.
  if (probes.some(isAlive)) return pass(`${who} answers: ${said}, running for ${formatDuration(runs.now - kubelet.startedAt)}`);
  if (!probes.some(isSilent)) return unknown(`${who} could not be asked: ${said}`);
  const moves = (progress ?? 0) >= PROGRESS;
  const effort =
    progress === undefined ? '' : `, ${moves ? 'though' : 'and'} it used ${formatDuration(progress * 10)} of CPU meanwhile`;
  return kubeletFault(runs, 'KubeletHung', `${who} gives no answer: ${said}${effort}`, {
    state: moves || runs.now - kubelet.startedAt < startWithin ? 'suspected' : 'active',
    evidence: toEvidence(probes),
  });
}

function judgeDeaf({ kubelet, runs }: Alive, startWithin: Duration): Finding {
  const running = runs.now - kubelet.startedAt;
  const message = `${describeKubelet(runs.identity)} runs for ${formatDuration(running)} and does not listen on its port`;
  if (running < startWithin) return unknown(`${message} yet`);
  return kubeletFault(runs, 'KubeletHung', message, {
    state: running < 2 * startWithin ? 'suspected' : 'active',
    since: kubelet.startedAt,
    evidence: [{ from: `/proc/${kubelet.pid}/stat`, excerpt: `state ${kubelet.state}` }],
  });
}

/** A kubelet process exists: whether it does its work. */
export function judgeAlive(alive: Alive, startWithin: Duration): Finding {
  const { kubelet, runs } = alive;
  if (kubelet.state === 'T' || kubelet.state === 't') {
    const message = `${describeKubelet(runs.identity)} is stopped (state ${kubelet.state}: a signal or a debugger) and does nothing`;
    return kubeletFault(runs, 'KubeletHung', message, {
      evidence: [{ from: `/proc/${kubelet.pid}/stat`, excerpt: `state ${kubelet.state}` }],
    });
  }
  if (kubelet.unproven !== undefined) return unknown(`${describeKubelet(runs.identity)} runs; ${kubelet.unproven}`);
  return kubelet.ownsPort ? judgeProbes(alive, startWithin) : judgeDeaf(alive, startWithin);
}
