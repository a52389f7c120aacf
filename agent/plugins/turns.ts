import type { Clock } from '../../lib/host/host.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { PluginMonitor, PluginRule } from '../../lib/monitors/config/plugin-monitor.ts';

/** What is run together: rules of one file that call the same program in the same way share one run of it. */
export interface Turn {
  readonly monitor: PluginMonitor;
  readonly rules: readonly [PluginRule, ...PluginRule[]];
}

/** The rules that need a program to be run; what the agent serves itself is left out. */
export function turnsOf(monitor: PluginMonitor): readonly Turn[] {
  const turns = new Map<string, [PluginRule, ...PluginRule[]]>();
  for (const rule of monitor.rules) {
    if (rule.builtin !== undefined) continue;
    const { path, args, timeout, interval } = rule;
    const key = JSON.stringify([path, args, timeout, interval]);
    const known = turns.get(key);
    if (known === undefined) turns.set(key, [rule]);
    else known.push(rule);
  }
  return [...turns.values()].map((rules) => ({ monitor, rules }));
}

/** At most so many at a time; the others wait in their order. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  async enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

export interface TurnParts {
  readonly clock: Clock;
  /** Uniform in 0..1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Runs it once; must not throw. */
  readonly play: (turn: Turn) => Promise<void>;
}

/** Early enough for a person who waits, and not all in the same moment. */
const SPREAD = seconds(2);
const JITTER = 0.1;
/** A plugin that takes longer than its interval still leaves the node a rest. */
const LEAST: Duration = seconds(1);

/** Runs one again and again: soon at first, then at its interval with jitter. It never overlaps itself, and delays no other. */
async function keepPlaying(turn: Turn, gate: Gate, { clock, random, signal, play }: TurnParts): Promise<void> {
  const { interval } = turn.rules[0];
  const sleep = (pause: Duration) => clock.sleep(pause, signal).catch(() => undefined);
  await sleep(random() * Math.min(SPREAD, interval));
  while (!signal.aborted) {
    const due = clock.monotonic();
    await gate.enter();
    if (!signal.aborted) await play(turn);
    gate.leave();
    const pause = interval * (1 - JITTER + 2 * JITTER * random()) - (clock.monotonic() - due);
    await sleep(Math.max(Math.min(LEAST, interval), pause));
  }
}

/** Runs every plugin until the signal is aborted; those of one file no more than its `concurrency` at a time. */
export async function playTurns(monitors: readonly PluginMonitor[], parts: TurnParts): Promise<void> {
  const all = monitors.flatMap((monitor) => {
    const gate = new Gate(monitor.concurrency);
    return turnsOf(monitor).map((turn) => keepPlaying(turn, gate, parts));
  });
  await Promise.all(all);
}
