import { defineCheck } from '../model/check.ts';
import { skip } from '../model/finding.ts';
import { setting } from '../model/setting.ts';
import { type Instant, seconds } from '../model/units.ts';
import { kubeletUnhealthy } from '../problems/kubelet-unhealthy.ts';
import { kubeletHealthz } from '../sources/kubelet/kubelet-healthz.ts';
import { type KubeletProcess, kubeletProcess } from '../sources/kubelet/kubelet-process.ts';
import { type KubeletRuns, kubeletRuns } from '../sources/kubelet/kubelet-runs.ts';
import { type KubeletIdentity, layoutOfUnit } from './kubelet/advice.ts';
import { judgeAlive } from './kubelet/answer-verdict.ts';
import { judgeCrashes } from './kubelet/crash-loop.ts';
import { judgeAbsent, type Runs } from './kubelet/unit-verdict.ts';

function identityOf(kubelet: KubeletProcess): KubeletIdentity {
  const unit = kubelet.unit === undefined ? {} : { unit: kubelet.unit };
  if (kubelet.kind === 'absent') return { ...unit, layout: layoutOfUnit(kubelet.unit) };
  return { ...unit, pid: kubelet.pid, layout: kubelet.layout };
}

function toRuns(kubelet: KubeletProcess, runs: KubeletRuns, now: Instant): Runs {
  const identity = identityOf(kubelet);
  if (runs.kind === 'asked') return { identity, unit: runs.unit, journal: runs.journal, now };
  const why = 'the kubelet runs for longer than 10m';
  return { identity, unit: { kind: 'none', why }, journal: { kind: 'unavailable', why }, now };
}

export const kubeletHealth = defineCheck({
  id: 'kubelet-health',
  title: 'the kubelet runs and answers',
  // Two beats of the agent: a hung kubelet is restarted within 12 s, where the Node has 40.
  interval: seconds(6.6),
  sources: { kubelet: kubeletProcess, health: kubeletHealthz, runs: kubeletRuns },
  problems: [kubeletUnhealthy],
  settings: {
    crashes: setting.count(3, 'failed runs within 10 minutes; one may be a node that ran out of memory, three are a loop'),
    startWithin: setting.duration(seconds(60), 'a kubelet listens some seconds after its start; on a busy host it takes longer'),
  },
  evaluate({ kubelet, health, runs: history }, { now, settings }) {
    if (kubelet.kind === 'absent' && !kubelet.installed) return [skip(kubelet.why)];
    const runs = toRuns(kubelet, history, now);
    const startedAt = kubelet.kind === 'running' ? kubelet.startedAt : undefined;
    const crashes = judgeCrashes({ ...runs, startedAt }, settings.crashes);
    if (crashes !== undefined) return [crashes];
    if (kubelet.kind === 'absent') return [judgeAbsent(runs, kubelet.why)];
    return [judgeAlive({ kubelet, health, runs }, settings.startWithin)];
  },
});
