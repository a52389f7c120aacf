import type { Clock, HostView } from '../../lib/host/host.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import type { Moment } from '../../lib/model/incident.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { SavedState } from '../../lib/monitors/saved-state.ts';
import type { EventRecord } from '../../lib/reporters/event-records.ts';
import type { Log } from '../../lib/reporters/log.ts';
import type { LogKind } from '../../lib/sources/host/log-conditions.ts';
import { onBeat } from '../beat.ts';
import type { BlindSpots } from './blind-spots.ts';
import { FileLogs } from './file-logs.ts';
import { JournalLogs } from './journal-logs.ts';
import type { KmsgParts } from './kmsg.ts';
import { KmsgLog } from './kmsg-log.ts';
import type { KubeletEar } from './kubelet-ear.ts';
import type { LogDesk, Outcome } from './log-desk.ts';
import { recheck } from './rechecks.ts';
import { recordOfEvent } from './record-of-event.ts';
import type { Sink } from './sink.ts';
import { openStateFile, type StateFile } from './state-file.ts';

export interface MonitorListener {
  /** Tells an event that is in no state. */
  say(record: EventRecord): void;
  /** Conditions of this kind of log may be others than before. */
  changed(kind: LogKind): void;
}

export interface ReadingParts {
  readonly host: HostView;
  readonly statePath: string;
  readonly moment: () => Moment;
  readonly log: Log;
  readonly kernelTime: () => Duration;
  readonly follow?: KmsgParts['follow'];
  readonly write?: typeof writeWhole;
}

/** What there is before the first line is read. */
export interface Known {
  readonly desk: LogDesk;
  readonly saved: SavedState | undefined;
  readonly blind: BlindSpots;
  readonly ear: KubeletEar;
}

const KINDS: readonly LogKind[] = ['kmsg', 'journald', 'filelog'];

/** How often the node is asked whether what was said still holds. */
const RECHECK: Duration = seconds(30);

/** Follows the logs, and asks the node about what they said. */
export class Reading {
  readonly #parts: ReadingParts;
  readonly #desk: LogDesk;
  readonly #saved: SavedState | undefined;
  readonly #blind: BlindSpots;
  readonly #ear: KubeletEar;
  readonly #listener: MonitorListener;
  readonly #file: StateFile;
  readonly #clock: Clock;
  readonly #files: FileLogs;
  readonly #journals: JournalLogs;
  readonly #kmsg: KmsgLog;

  constructor(parts: ReadingParts, known: Known, listener: MonitorListener) {
    this.#parts = parts;
    this.#desk = known.desk;
    this.#saved = known.saved;
    this.#blind = known.blind;
    this.#ear = known.ear;
    this.#listener = listener;
    this.#clock = parts.host.clock;
    const { log, statePath: path } = parts;
    this.#file = openStateFile({
      clock: this.#clock,
      path,
      state: () => this.#state(),
      write: parts.write ?? writeWhole,
      onFailure: (why) => log.warn({ path, why }, 'state of the log monitors not written'),
    });
    this.#kmsg = new KmsgLog(this.#sink());
    this.#files = new FileLogs(this.#sink());
    this.#journals = new JournalLogs(this.#sink());
  }

  async run(signal: AbortSignal): Promise<void> {
    const { host, moment, kernelTime, follow: follower } = this.#parts;
    this.#kmsg.run({ kernelTime, follow: follower, signal });
    const reading = Promise.all([
      this.#files.run(signal),
      this.#journals.run({ host, boot: moment().boot, follow: follower, signal }),
    ]);
    while (!signal.aborted) {
      await this.#clock.sleep(onBeat(RECHECK, this.#clock.monotonic()), signal).catch(() => undefined);
      if (!signal.aborted) await this.#tend().catch((error: unknown) => this.#slip(error));
    }
    await reading;
    await this.#file.close();
  }

  #sink(): Sink {
    return {
      clock: this.#clock,
      desk: this.#desk,
      saved: this.#saved,
      log: this.#parts.log,
      ear: this.#ear,
      tell: (kind, outcome) => this.#tell(kind, outcome),
      say: (event) => this.#listener.say(event),
      see: (source, kind, why) => this.#see(source, kind, why),
      moved: (first = false) => (first ? this.#file.urgent() : this.#file.lazy()),
      guard: (work) => {
        try {
          work();
        } catch (error) {
          this.#slip(error);
        }
      },
    };
  }

  /** A slip of ours over some line must not end the agent. */
  #slip(error: unknown): void {
    this.#parts.log.error({ why: String(error) }, 'internal error in the log monitors');
  }

  #see(source: string, kind: LogKind, why: string | undefined): void {
    if (!this.#blind.set(source, kind, why)) return;
    if (why !== undefined) this.#parts.log.warn({ log: source, why }, 'log not read');
    this.#listener.changed(kind);
  }

  #tell(kind: LogKind, { events, conditions, matched }: Outcome): void {
    for (const event of events) this.#listener.say(recordOfEvent('log', event));
    if (matched) this.#file.urgent();
    if (conditions) this.#listener.changed(kind);
  }

  async #tend(): Promise<void> {
    const { host } = this.#parts;
    let ended = false;
    for (const claim of this.#desk.toRecheck(this.#clock.now())) {
      const answer = await recheck(host, claim);
      ended = this.#desk.answer(claim, answer, this.#clock.now()) || ended;
    }
    const { events, conditions, matched } = this.#desk.pass(this.#clock.now());
    this.#tell('kmsg', { events, conditions: false, matched: matched || ended });
    // Of which log the condition was that has ended is no matter: a look out of the agent's own memory costs nothing.
    if (conditions || ended) for (const kind of KINDS) this.#listener.changed(kind);
  }

  #state(): SavedState {
    const kmsg = this.#kmsg.position;
    return {
      boot: this.#parts.moment().boot,
      ...(kmsg === undefined ? {} : { kmsg }),
      journals: this.#journals.cursors,
      files: this.#files.states,
      engines: this.#desk.engineStates,
      claims: this.#desk.board.claims(),
    };
  }
}
