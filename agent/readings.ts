import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { ReadContext, Source } from '../lib/model/source.ts';
import { type Duration, ms } from '../lib/model/units.ts';
import { alarm } from '../lib/sources/alarm.ts';

export interface LastReading<Fact> {
  readonly fact: Fact;
  /** Since that reading was begun. */
  readonly age: Duration;
}

export interface ReadingsOptions {
  /** Whether what is begun now reads, too, what is worth its cost only when something is wrong. */
  isThorough(): boolean;
  /** How long a fact may be told again; absent: for the life of these readings. */
  readonly keep?: ((source: Source<unknown>) => Duration) | undefined;
}

/** The last reading of each source: under the source's own deadline, and never begun twice. */
export interface Readings {
  /** The fact of a reading that is good, else of a new one. `share`: of the time for which a fact may be kept. */
  read<Fact>(source: Source<Fact>, share: number): Promise<Fact>;
  /** What was last read, for those who must cost nothing: it is never read for them. */
  last<Fact>(source: Source<Fact>): LastReading<Fact> | undefined;
  /** Somebody else has come by this fact: it counts as read at this moment. */
  tell<Fact>(source: Source<Fact>, fact: Fact): void;
}

interface Reading {
  readonly fact: Promise<unknown>;
  /** The fact, once it is there. */
  value?: unknown;
  worthKeeping: boolean;
  readonly thorough: boolean;
  readonly startedAt: Duration;
  /** The host has not come back, even if the deadline has passed. */
  outstanding: boolean;
}

/** Facts younger than this serve every check that asks at about the same time. */
export const FRESH = ms(400);

/** Passes its deadline on to who asked; the reading itself may go on. */
function untilDeadline<Fact>(host: HostView, source: Source<Fact>, answer: Promise<Fact>, end: () => void): Promise<Fact> {
  const { promise, resolve, reject } = Promise.withResolvers<Fact>();
  const callOff = alarm(host.clock, source.deadline, () => {
    end();
    reject(new AgentError('SOURCE_TIMED_OUT', `no answer within ${formatDuration(source.deadline)}`));
  });
  answer.then(
    (fact) => {
      callOff();
      resolve(fact);
    },
    (error: unknown) => {
      callOff();
      reject(error);
    },
  );
  return promise;
}

/** What a source may ask for while it reads, and what ends it. */
function contextOf(use: ReadContext['use'], thorough: boolean, before: unknown) {
  // Made for who asks for it: hardly any source does.
  let ended: AbortController | undefined;
  let isOver = false;
  const context: ReadContext = {
    use,
    get signal() {
      ended ??= new AbortController();
      if (isOver) ended.abort();
      return ended.signal;
    },
    thorough,
    before,
  };
  const end = () => {
    isOver = true;
    ended?.abort();
  };
  return { context, end };
}

export function openReadings(host: HostView, { isThorough, keep }: ReadingsOptions): Readings {
  const { clock } = host;
  const readings = new Map<Source<unknown>, Reading>();
  const lastRead = new Map<Source<unknown>, { readonly value: unknown; readonly startedAt: Duration }>();

  function isGood(source: Source<unknown>, { outstanding, worthKeeping, startedAt, thorough: was }: Reading, share: number) {
    // Never started twice: what hangs in the kernel would take one thread, child or connection more each time.
    if (outstanding || keep === undefined) return true;
    const age = clock.monotonic() - startedAt;
    if (source.keep === undefined) return age < keep(source);
    const isKept = worthKeeping && (was || !isThorough());
    return age < (isKept ? Math.max(FRESH, keep(source) * share) : FRESH);
  }

  function read<Fact>(source: Source<Fact>, share: number): Promise<Fact> {
    const last = readings.get(source);
    if (last !== undefined && isGood(source, last, share)) return last.fact as Promise<Fact>;
    return start(source, share);
  }

  function start<Fact>(source: Source<Fact>, share: number): Promise<Fact> {
    const thorough = isThorough();
    const use = <Other>(other: Source<Other>) => read(other, share);
    const { context, end } = contextOf(use, thorough, thorough ? undefined : readings.get(source)?.value);
    const answer = source.read(host, context);
    const fact = untilDeadline(host, source, answer, end);
    const reading: Reading = { fact, startedAt: clock.monotonic(), outstanding: true, worthKeeping: false, thorough };
    readings.set(source, reading);
    const settle = () => {
      reading.outstanding = false;
    };
    answer.then((value) => {
      reading.value = value;
      lastRead.set(source, { value, startedAt: reading.startedAt });
      reading.worthKeeping = source.worthKeeping?.(value) ?? true;
      settle();
    }, settle);
    fact.catch(() => undefined);
    return fact;
  }

  return {
    read,
    last<Fact>(source: Source<Fact>) {
      const last = lastRead.get(source);
      return last === undefined ? undefined : { fact: last.value as Fact, age: clock.monotonic() - last.startedAt };
    },
    tell(source, value) {
      const startedAt = clock.monotonic();
      const worthKeeping = source.worthKeeping?.(value) ?? true;
      readings.set(source, { fact: Promise.resolve(value), value, startedAt, outstanding: false, worthKeeping, thorough: true });
      lastRead.set(source, { value, startedAt });
    },
  };
}
