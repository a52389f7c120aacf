import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { minutes, seconds } from '../model/units.ts';
import { clockUnsynchronized as problem } from '../problems/clock-unsynchronized.ts';
import { type TimeDaemon, type TimeState, timeSync } from '../sources/host/time-sync.ts';

const OLDEST = Date.parse('2024-01-01T00:00:00Z');

interface Limits {
  readonly settle: number;
  readonly maxOffset: number;
}

type Of<Kind extends TimeState['kind']> = Extract<TimeState, { readonly kind: Kind }>;

const adviceFor = (daemon: string) => fillIn(problem.advice, { DAEMON: daemon });

function unsynchronized({ name, runningFor }: TimeDaemon, { says }: Of<'unsynchronized'>, { settle }: Limits): Finding {
  const isNew = runningFor !== undefined && runningFor < settle;
  const since = runningFor === undefined ? '' : ` for ${formatDuration(runningFor)}`;
  return fault(problem, 'ClockNotSynchronized', `${name} runs${since} and has not synchronized the clock`, {
    state: isNew ? 'suspected' : 'active',
    evidence: [{ from: name, excerpt: says }],
    advice: adviceFor(name),
  });
}

function synchronized({ name }: TimeDaemon, { offset, says }: Of<'synchronized'>, { maxOffset }: Limits): Finding {
  if (offset === undefined) return pass(`${name} keeps the clock (${says})`);
  const distance = Math.abs(offset);
  if (distance <= maxOffset) return pass(`${name} keeps the clock within ${formatDuration(distance)} (${says})`);
  const message = `the clock is off by ${formatDuration(distance)}, allowed are ${formatDuration(maxOffset)}`;
  return fault(problem, 'ClockOffsetLarge', message, {
    evidence: [{ from: name, excerpt: `${says}, offset ${offset} ms` }],
    advice: adviceFor(name),
    measure: { observed: distance, limit: maxOffset, unit: 'ms' },
  });
}

function judge(daemon: TimeDaemon, state: TimeState, limits: Limits): Finding {
  switch (state.kind) {
    case 'silent':
      return unknown(`${daemon.name} runs, and whether it keeps the clock could not be asked: ${state.why}`);
    case 'unsynchronized':
      return unsynchronized(daemon, state, limits);
    case 'synchronized':
      return synchronized(daemon, state, limits);
  }
}

export const clock = defineCheck({
  id: 'clock',
  title: 'the clock is kept',
  interval: minutes(10),
  sources: { sync: timeSync },
  problems: [problem],
  settings: {
    settle: setting.duration(minutes(10), 'a daemon that just started needs several answers first'),
    maxOffset: setting.duration(seconds(1), 'etcd warns from here, and leases and certificates are counted in seconds'),
  },
  evaluate({ sync }, { now, settings }) {
    if (now < OLDEST) {
      const message = `the clock shows ${new Date(now).toISOString()}; certificates and tokens are refused`;
      return [fault(problem, 'ClockImplausible', message, { advice: adviceFor(sync.daemon?.name ?? 'chronyd') })];
    }
    if (sync.daemon === undefined) return [skip('no time daemon runs on this host (chronyd, ntpd, systemd-timesyncd)')];
    if (sync.state === undefined) return [unknown(`${sync.daemon.name} could not be asked`)];
    return [judge(sync.daemon, sync.state, settings)];
  },
});
