import type { Duration } from '../../../lib/model/units.ts';
import type { SimUnit } from './units.ts';

const stamp = (at: Duration) => String(Math.round(at * 1000));

/** `systemctl show` of one unit. */
export function showUnit(id: string, unit: SimUnit | undefined): string {
  if (unit === undefined) return `Id=${id}\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0`;
  const { activeState, pid } = unit;
  const moving = activeState === 'activating' || activeState === 'deactivating';
  return [
    `Id=${id}`,
    'LoadState=loaded',
    `ActiveState=${activeState}`,
    `SubState=${unit.subState}`,
    `Result=${unit.result}`,
    `UnitFileState=${unit.unitFileState}`,
    `MainPID=${pid}`,
    `NRestarts=${unit.restarts}`,
    'KillMode=process',
    'NeedDaemonReload=no',
    `ControlGroup=/system.slice/${id}`,
    `InvocationID=${String(unit.invocation).padStart(32, '0')}`,
    `ExecMainStartTimestampMonotonic=${stamp(unit.startedAt)}`,
    `InactiveExitTimestampMonotonic=${stamp(unit.startedAt)}`,
    `ActiveEnterTimestampMonotonic=${stamp(unit.activeAt)}`,
    `StateChangeTimestampMonotonic=${stamp(unit.activeAt)}`,
    `WatchdogUSec=${unit.watchdog}`,
    'RestartUSec=100ms',
    `FragmentPath=/lib/systemd/system/${id}`,
    'DropInPaths=',
    `Job=${moving ? '7' : ''}`,
  ].join('\n');
}

const STATES = { well: 'S', hung: 'S', stopped: 'T', busy: 'R', starved: 'R' } as const;

/** /proc/PID/stat of its main process. */
export function statOf(unit: SimUnit, now: Duration): string {
  const ticks = unit.mood === 'busy' ? Math.floor((now - unit.moodSince) / 20) : 0;
  const fields = [STATES[unit.mood], 1, unit.pid, unit.pid, 0, -1, 0, 0, 0, 0, 0, ticks, 0, 0, 0, 20, 0, 1, 0];
  return `${unit.pid} (${unit.name}) ${[...fields, Math.floor(unit.startedAt / 10), 0, 0].join(' ')}\n`;
}

/** /proc/PID/task/TID/schedstat: nanoseconds on a CPU, and waiting for one. */
export function schedstatOf({ mood, moodSince }: SimUnit, now: Duration): string {
  const spent = Math.round((now - moodSince) * 1e6);
  return `${mood === 'busy' ? spent / 2 : 1000} ${mood === 'starved' ? spent : 1000} 10\n`;
}
