import { type Duration, type Instant, minutes, seconds } from '../../lib/model/units.ts';
import { ConditionBoard, type RecheckAnswer } from '../../lib/monitors/conditions/board.ts';
import { EventGate } from '../../lib/monitors/conditions/budget.ts';
import type { Claim, Recheck } from '../../lib/monitors/conditions/claim.ts';
import type { MonitorEvent } from '../../lib/monitors/conditions/events.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { type EngineState, LogEngine } from '../../lib/monitors/log-engine.ts';
import type { LogLine } from '../../lib/monitors/match/ring.ts';
import { startTime } from '../../lib/monitors/time/start.ts';

/** Draino's default; a condition that was shorter would have drained nothing. */
const DRAIN_BUFFER: Duration = minutes(10);
/** The kernel says that it will, and then it does. */
const LEAST_AGE: Duration = seconds(20);

export interface Seat {
  readonly engine: LogEngine;
  /** Older lines are dropped, but for those that came after what was worked on before a restart. */
  readonly from: Instant;
}

export interface DeskParts {
  readonly monitors: readonly LogMonitor[];
  readonly rechecks: ReadonlySet<Recheck>;
  readonly now: Instant;
  readonly uptime: Duration;
  readonly saved?: { readonly engines: Readonly<Record<string, EngineState>>; readonly claims: readonly Claim[] } | undefined;
}

/** What came of lines. */
export interface Outcome {
  /** Lines that are told themselves, within the budget of their reason. */
  readonly events: readonly MonitorEvent[];
  /** A condition may be another than before. */
  readonly conditions: boolean;
  /** Something matched: where the log stands is worth keeping soon. */
  readonly matched: boolean;
}

/** All log monitors of the node at work: lines in; events, conditions and counters out. */
export class LogDesk {
  readonly board = new ConditionBoard();
  readonly #seats: readonly Seat[];
  readonly #gate = new EventGate();

  constructor({ monitors, rechecks, now, uptime, saved }: DeskParts) {
    const options = { drainBuffer: DRAIN_BUFFER, rechecks, boot: now - uptime };
    this.#seats = monitors.map((monitor) => ({
      engine: new LogEngine(monitor, this.board, options, now, saved?.engines[monitor.file]),
      from: startTime(monitor.start, now, uptime),
    }));
    // Of monitors that are gone nobody would ever say that it is over.
    const files = new Set(monitors.map(({ file }) => file));
    this.board.restore((saved?.claims ?? []).filter(({ monitor }) => files.has(monitor)));
  }

  get seats(): readonly Seat[] {
    return this.#seats;
  }

  get engines(): readonly LogEngine[] {
    return this.#seats.map(({ engine }) => engine);
  }

  get engineStates(): Readonly<Record<string, EngineState>> {
    return Object.fromEntries(this.engines.map((engine) => [engine.monitor.file, engine.state]));
  }

  /** `hears`: the monitors that these lines are for. `resumed`: they follow on lines that were worked on. */
  take(
    hears: (monitor: LogMonitor) => boolean,
    lines: readonly LogLine[],
    context: { readonly now: Instant; readonly resumed: boolean },
  ): Outcome {
    const seats = this.#seats.filter(({ engine }) => hears(engine.monitor));
    const found = lines.flatMap((line) => {
      const told = new Set<string>();
      const isHeard = ({ engine, from }: Seat) =>
        (context.resumed || line.time >= from) && (engine.needsEveryLine || engine.mayMatch(line.message));
      return seats.filter(isHeard).map(({ engine }) => ({ events: engine.push(line, told), told }));
    });
    const events = found.flatMap(({ events: some }) => some);
    return {
      events: this.#admit(events, context.now),
      conditions: events.some(({ condition }) => condition !== undefined),
      matched: events.length > 0 || found.some(({ told }) => told.size > 0),
    };
  }

  /** Claims the node is to be asked about. */
  toRecheck(now: Instant): readonly Claim[] {
    return this.board.toRecheck().filter(({ seen }) => now - seen >= LEAST_AGE);
  }

  answer(claim: Claim, answer: RecheckAnswer, now: Instant): boolean {
    return this.board.recheck(claim, answer, now).length > 0 || answer === 'gone';
  }

  /** What time alone changes. */
  pass(now: Instant): Outcome {
    const ended = this.board.expire(now).length > 0;
    return { events: this.#gate.settle(now), conditions: ended, matched: ended };
  }

  #admit(events: readonly MonitorEvent[], now: Instant): readonly MonitorEvent[] {
    return events.flatMap((event) => (event.condition === undefined ? (this.#gate.admit(event, now) ?? []) : []));
  }
}
