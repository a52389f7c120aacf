import type { HostView } from '../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest, HostControl } from '../../lib/host/host-control.ts';
import { type FakeNode, fakeNode } from './node.ts';

/** A unit of a systemd in memory. Times in milliseconds of the fake clock. */
export interface FakeUnit {
  loadState?: string;
  activeState?: string;
  subState?: string;
  result?: string;
  mainPid?: number;
  hasJob?: boolean;
  /** From SIGTERM to the end of its main process; Infinity: it ignores SIGTERM. */
  readonly endsAfter?: number;
  /** From SIGKILL; Infinity: D state. */
  readonly diesAfter?: number;
  /** From the start to `active`; Infinity: it hangs in `activating`. */
  readonly startsAfter?: number;
  /** The start ends in `failed`. */
  readonly failsToStart?: boolean;
  /** RestartSec; Infinity: Restart=no, it stays failed. */
  readonly restartsAfter?: number;
  /** Units that stop with it and stay so. */
  readonly takesAlong?: readonly string[];
}

export interface FakeSystemd {
  readonly host: HostView;
  readonly control: HostControl;
  readonly requests: ControlRequest[];
  readonly units: Record<string, FakeUnit>;
  /** Runs at a time of the clock. */
  at(time: number, act: () => void): void;
  readonly now: () => number;
  /** What every control request is answered; undefined: what the fake does. */
  answer: ((request: ControlRequest) => ControlAnswer | undefined) | undefined;
  /** systemctl show gives no answer. */
  silent: boolean;
}

const show = (id: string, unit: FakeUnit | undefined) =>
  [
    `Id=${id}`,
    `LoadState=${unit === undefined ? 'not-found' : (unit.loadState ?? 'loaded')}`,
    `ActiveState=${unit?.activeState ?? (unit === undefined ? 'inactive' : 'active')}`,
    `SubState=${unit?.subState ?? 'running'}`,
    `Result=${unit?.result ?? 'success'}`,
    `MainPID=${unit?.mainPid ?? 0}`,
    `Job=${unit?.hasJob === true ? '7' : ''}`,
  ].join('\n');

export function fakeSystemd(units: Record<string, FakeUnit>, node: FakeNode = {}): FakeSystemd {
  let time = 0;
  let nextPid = 5000;
  const timers: { readonly time: number; readonly act: () => void }[] = [];
  const requests: ControlRequest[] = [];

  const at = (when: number, act: () => void) => {
    if (when !== Number.POSITIVE_INFINITY) timers.push({ time: when, act });
  };
  const advance = (to: number) => {
    for (;;) {
      const due = timers.filter((timer) => timer.time <= to).toSorted((a, b) => a.time - b.time)[0];
      if (due === undefined) break;
      timers.splice(timers.indexOf(due), 1);
      time = Math.max(time, due.time);
      due.act();
    }
    time = to;
  };

  function start(unit: FakeUnit): void {
    Object.assign(unit, { activeState: 'activating', subState: 'start', hasJob: true });
    at(time + (unit.startsAfter ?? 100), () => {
      const failed = unit.failsToStart === true;
      Object.assign(
        unit,
        failed
          ? { activeState: 'failed', subState: 'failed', result: 'exit-code', mainPid: 0, hasJob: false }
          : { activeState: 'active', subState: 'running', result: 'success', mainPid: nextPid++, hasJob: false },
      );
    });
  }
  /** Nobody asked for the end: Restart= decides. */
  function died(unit: FakeUnit): void {
    const { restartsAfter = 2000 } = unit;
    const stays = restartsAfter === Number.POSITIVE_INFINITY;
    const subState = stays ? 'failed' : 'auto-restart';
    Object.assign(unit, { activeState: stays ? 'failed' : 'activating', subState, result: 'signal', mainPid: 0 });
    at(time + restartsAfter, () => {
      if (unit.subState === 'auto-restart') start(unit);
    });
  }
  /** The main process is gone: the restart goes on with the start. */
  function ended(unit: FakeUnit, pid: number | undefined): void {
    if (unit.mainPid !== pid) return;
    if (unit.activeState === 'active' || unit.activeState === undefined) {
      died(unit);
      return;
    }
    if (unit.activeState !== 'deactivating') return;
    unit.mainPid = 0;
    start(unit);
  }
  function restart(unit: FakeUnit): void {
    const { mainPid, endsAfter = 100, takesAlong = [] } = unit;
    if (unit.subState === 'auto-restart' || unit.activeState === 'failed') {
      start(unit);
      return;
    }
    Object.assign(unit, { activeState: 'deactivating', subState: 'stop-sigterm', hasJob: true });
    for (const id of takesAlong) Object.assign(units[id] ?? {}, { activeState: 'inactive', subState: 'dead', mainPid: 0 });
    at(time + endsAfter, () => ended(unit, mainPid));
  }

  const systemd: FakeSystemd = {
    units,
    requests,
    at,
    now: () => time,
    answer: undefined,
    silent: false,
    host: {
      ...fakeNode(node),
      clock: { now: () => time, monotonic: () => time, sleep: async (duration) => advance(time + duration) },
      async run(argv) {
        if (systemd.silent) return { kind: 'timed-out', after: 2000, stdout: '', stderr: '' };
        const ids = argv.slice(argv.indexOf('--') + 1);
        const stdout = ids.map((id) => show(id, units[id])).join('\n\n');
        return { kind: 'exited', code: 0, stdout, stderr: '', truncated: false };
      },
    },
    control: {
      async control(request) {
        requests.push(request);
        const answer = systemd.answer?.(request);
        if (answer !== undefined) return answer;
        if (request.kind === 'begin-program' || !('unit' in request)) return { kind: 'done' };
        const unit = units[request.unit];
        if (unit === undefined) return { kind: 'failed', why: `Unit ${request.unit} not loaded.` };
        if (request.kind === 'signal-unit') {
          const { mainPid } = unit;
          at(time + (unit.diesAfter ?? 50), () => ended(unit, mainPid));
        } else if (request.verb === 'restart') restart(unit);
        else if (request.verb === 'start') start(unit);
        else Object.assign(unit, { activeState: 'inactive', subState: 'dead', result: 'success' });
        return { kind: 'done' };
      },
    },
  };
  return systemd;
}
