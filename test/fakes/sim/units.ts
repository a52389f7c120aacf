import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import type { Duration } from '../../../lib/model/units.ts';

/** What a daemon does with a call: answers, keeps silent, works at it for ever, or waits for a CPU. */
export type Mood = 'well' | 'hung' | 'stopped' | 'busy' | 'starved';

/** A unit and its main process. Plain data, so that a world outlives the process that looks at it. Times since boot. */
export interface SimUnit {
  readonly id: string;
  readonly name: string;
  readonly argv: readonly string[];
  activeState: string;
  subState: string;
  result: string;
  unitFileState: string;
  pid: number;
  /** When its main process began, and when the unit became active. */
  startedAt: Duration;
  activeAt: Duration;
  mood: Mood;
  moodSince: Duration;
  /** After a restart. */
  nextMood: Mood;
  invocation: number;
  restarts: number;
  /** From SIGTERM, and from SIGKILL, to its end; null: never. */
  endsAfter: Duration | null;
  diesAfter: Duration | null;
  /** From its start to `active`; null: never. */
  startsAfter: Duration | null;
  watchdog: string;
  due: { at: Duration; to: 'ended' | 'died' | 'begun' | 'started' } | null;
}

export interface Act {
  readonly at: Duration;
  readonly what: string;
  /** Main process of the unit at that moment. */
  readonly pid: number;
}

export interface UnitsState {
  readonly units: Record<string, SimUnit>;
  /** Everything that was ever done to a unit. */
  readonly acts: Act[];
  nextPid: number;
}

export const unit = (id: string, name: string, argv: readonly string[], pid: number): SimUnit => ({
  id,
  name,
  argv,
  pid,
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  startedAt: 60_000,
  activeAt: 61_000,
  mood: 'well',
  moodSince: 60_000,
  nextMood: 'well',
  invocation: 1,
  restarts: 0,
  endsAfter: 200,
  diesAfter: 50,
  startsAfter: 1_000,
  watchdog: '0',
  due: null,
});

/** A daemon that only sits there when it is told to end. */
const ignoresTerm = ({ mood }: SimUnit) => mood === 'hung' || mood === 'stopped';

export function setMood(unit: SimUnit, mood: Mood, now: Duration): void {
  Object.assign(unit, { mood, moodSince: now });
}

function begin(unit: SimUnit, now: Duration): void {
  Object.assign(unit, { activeState: 'activating', subState: 'start', pid: 0, startedAt: now });
  unit.due = unit.startsAfter === null ? null : { at: now + unit.startsAfter, to: 'started' };
}

/** RestartSec of docker.service. */
const RESTART_SEC = 2000;

/** Killed by somebody else: systemd starts it again after a while, or at once when it is asked to. */
function died(unit: SimUnit, now: Duration): void {
  Object.assign(unit, { activeState: 'activating', subState: 'auto-restart', result: 'signal', pid: 0 });
  unit.due = { at: now + RESTART_SEC, to: 'ended' };
}

/** What was due by now has happened. */
export function settle(state: UnitsState, now: Duration): void {
  for (const unit of Object.values(state.units)) {
    while (unit.due !== null && unit.due.at <= now) {
      const { at, to } = unit.due;
      if (to === 'ended') (unit.activeState === 'active' ? died : begin)(unit, at);
      else {
        state.nextPid += 1;
        const run = { pid: state.nextPid, activeAt: at, invocation: unit.invocation + 1, result: 'success' };
        Object.assign(unit, { activeState: 'active', subState: 'running', ...run, due: null });
        setMood(unit, unit.nextMood, at);
      }
    }
  }
}

function restart(unit: SimUnit, now: Duration): void {
  unit.restarts += 1;
  if (unit.subState === 'auto-restart') {
    begin(unit, now);
    return;
  }
  Object.assign(unit, { activeState: 'deactivating', subState: 'stop-sigterm' });
  // TimeoutStopSec.
  const patience = ignoresTerm(unit) ? 90_000 : unit.endsAfter;
  unit.due = patience === null ? null : { at: now + patience, to: 'ended' };
}

/** Runs of this unit that were ended or begun by a request: what a person would count as restarts. */
export function restartsOf({ acts }: UnitsState, id: string): number {
  const ended = acts.filter(({ what, pid }) => pid !== 0 && (what === `SIGKILL ${id}` || what === `restart ${id}`));
  return new Set(ended.map(({ pid }) => pid)).size;
}

/** What systemd does with one request. */
export function obey(state: UnitsState, request: ControlRequest, now: Duration): ControlAnswer {
  if (request.kind !== 'unit' && request.kind !== 'signal-unit') return { kind: 'done' };
  settle(state, now);
  const unit = state.units[request.unit];
  const what = request.kind === 'unit' ? request.verb : request.signal;
  state.acts.push({ at: now, what: `${what} ${request.unit}`, pid: unit?.pid ?? 0 });
  if (unit === undefined) return { kind: 'failed', why: `Unit ${request.unit} not loaded.` };
  if (request.kind === 'signal-unit') {
    if (unit.pid === 0) return { kind: 'gone' };
    if (request.signal !== 'SIGKILL') return { kind: 'done' };
    const to = unit.activeState === 'active' ? 'died' : 'ended';
    unit.due = unit.diesAfter === null ? unit.due : { at: now + unit.diesAfter, to };
  } else if (request.verb === 'restart' && unit.pid !== 0) restart(unit, now);
  else if (request.verb === 'restart') begin(unit, now);
  else if (request.verb === 'start') begin(unit, now);
  return { kind: 'done' };
}
