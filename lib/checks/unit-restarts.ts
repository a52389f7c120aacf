import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type FaultDetails, type Finding, fault, pass, skip } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { frequentContainerdRestart } from '../problems/frequent-containerd-restart.ts';
import { frequentDockerRestart } from '../problems/frequent-docker-restart.ts';
import { frequentKubeletRestart } from '../problems/frequent-kubelet-restart.ts';
import { unitRestarts as history, type UnitRestarts } from '../sources/host/unit-restarts.ts';

interface Pace {
  readonly now: Instant;
  readonly restarts: number;
  readonly within: Duration;
}

/** By whom it is about. */
const FOUND: Readonly<Record<UnitRestarts['daemon'], (message: string, details: FaultDetails) => Finding>> = {
  kubelet: (message, details) => fault(frequentKubeletRestart, 'FrequentKubeletRestart', message, details),
  docker: (message, details) => fault(frequentDockerRestart, 'FrequentDockerRestart', message, details),
  containerd: (message, details) => fault(frequentContainerdRestart, 'FrequentContainerdRestart', message, details),
};

function judge({ daemon, unit, at }: UnitRestarts, { now, restarts, within }: Pace): Finding {
  const count = at.filter((time) => now - time < within).length;
  const told = `systemd restarted ${unit} ${count} times within ${formatDuration(within)}`;
  if (count < restarts) return pass(told, { subject: unit });
  const advice = fillIn(frequentKubeletRestart.advice, { UNIT: unit });
  return FOUND[daemon](told, { subject: unit, advice, measure: { observed: count, limit: restarts, unit: 'count' } });
}

/** As node-problem-detector's systemd-monitor-counter, by systemd's own counter instead of lines in the journal. */
export const unitRestarts = defineCheck({
  id: 'unit-restarts',
  title: 'systemd need not restart kubelet and runtime again and again',
  interval: minutes(1),
  sources: { history },
  problems: [frequentKubeletRestart, frequentDockerRestart, frequentContainerdRestart],
  settings: {
    restarts: setting.count(5, 'restarts that nobody asked for; as in node-problem-detector'),
    within: setting.duration(seconds(1200), 'the time in which they are counted'),
  },
  evaluate({ history: seen }, { now, settings }) {
    if (seen.kind === 'no-agent') return [skip(seen.why)];
    if (seen.units.length === 0) return [skip('no unit of the kubelet or a runtime')];
    return seen.units.map((unit) => judge(unit, { now, ...settings }));
  },
});
