import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { messageOf } from '../lib/model/error-words.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Source, SourceFailure } from '../lib/model/source.ts';
import { type Duration, ms } from '../lib/model/units.ts';
import { alarm } from '../lib/sources/alarm.ts';
import { within } from '../lib/sources/within.ts';

/** Facts, each read under its source's own deadline, and all in parallel. */
export interface Gatherer {
  fact<Fact>(source: Source<Fact>): Promise<Fact | SourceFailure>;
  /** One look of a check; absent where every fact is of one round anyway. */
  look?(check: string): Look;
  /** What was last read, for those who must cost nothing: it is never read for them. */
  last?<Fact>(source: Source<Fact>): LastReading<Fact> | undefined;
  /** Somebody else has come by this fact: it counts as read at this moment. */
  tell?<Fact>(source: Source<Fact>, fact: Fact): void;
}

export interface LastReading<Fact> {
  readonly fact: Fact;
  /** Since that reading was begun. */
  readonly age: Duration;
}

/** What was kept while all was well is believed as long as it says that all is well. */
export interface Look extends Pick<Gatherer, 'fact'> {
  /** The facts of this look, those that were kept from earlier read anew. */
  again(): Pick<Gatherer, 'fact'>;
  /** In trouble the next look of this check keeps next to nothing. */
  end(troubled: boolean): void;
}

export interface GatherOptions {
  /** Whether to read what is worth its cost only when something is wrong, or a person asks; the default. */
  readonly thorough?: boolean;
  /** How long a fact may be told again; by default for the life of this gatherer: one round, one reading. */
  readonly keep?: (source: Source<unknown>) => Duration;
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

/** A defect in one source costs that source's verdict, never the whole examination: a person at 3 a.m. needs the rest. */
function failure(source: Source<unknown>, error: unknown): SourceFailure {
  if (error instanceof AgentError) return { unavailable: `${source.id}: ${error.message}` };
  return { unavailable: `${source.id}: internal error: ${messageOf(error)}` };
}

/** Facts younger than this serve every check that asks at about the same time. */
const FRESH = ms(400);

const forOneRound: Required<GatherOptions> = { thorough: true, keep: () => Number.POSITIVE_INFINITY };

/** A kept fact is believed for this part of its time while something is wrong: what is fast shows the recovery soon, packages do not change. */
const IN_TROUBLE = 1 / 30;
/** A first trouble must not wait long for facts that were good a moment ago: a hung daemon cannot give them any more. */
const SECOND_LOOK = ms(700);
/** Whose trouble is worth what idle rounds save: an inspect of every container, the whole process table. */
const LOOKED_AT_CLOSELY = ['container-runtime', 'kubelet-health', 'pleg-health', 'pods-stuck'];

export function gatherer(host: HostView, options: GatherOptions = {}): Gatherer {
  const { thorough, keep } = { ...forOneRound, ...options };
  const readings = new Map<Source<unknown>, Reading>();
  const lastRead = new Map<Source<unknown>, { readonly value: unknown; readonly startedAt: Duration }>();
  const troubled = new Set<string>();
  const isThorough = () => thorough || LOOKED_AT_CLOSELY.some((check) => troubled.has(check));

  function isGood(source: Source<unknown>, { outstanding, worthKeeping, startedAt, thorough: was }: Reading, share: number) {
    // Never started twice: what hangs in the kernel would take one thread, child or connection more each time.
    if (outstanding || options.keep === undefined) return true;
    const age = host.clock.monotonic() - startedAt;
    if (source.keep === undefined) return age < keep(source);
    const isKept = worthKeeping && (was || !isThorough());
    return age < (isKept ? Math.max(FRESH, keep(source) * share) : FRESH);
  }

  const reader =
    (share: number) =>
    <Fact>(source: Source<Fact>): Promise<Fact> => {
      const last = readings.get(source);
      if (last !== undefined && isGood(source, last, share)) return last.fact as Promise<Fact>;
      return start(source, share);
    };

  function start<Fact>(source: Source<Fact>, share: number): Promise<Fact> {
    // Made for who asks for it: hardly any source does.
    let ended: AbortController | undefined;
    let isOver = false;
    const closely = isThorough();
    const context = {
      use: reader(share),
      get signal() {
        ended ??= new AbortController();
        if (isOver) ended.abort();
        return ended.signal;
      },
      thorough: closely,
      before: closely ? undefined : readings.get(source)?.value,
    };
    const answer = source.read(host, context);
    const fact = untilDeadline(source, answer, () => {
      isOver = true;
      ended?.abort();
    });
    const reading: Reading = {
      fact,
      startedAt: host.clock.monotonic(),
      outstanding: true,
      worthKeeping: false,
      thorough: closely,
    };
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

  function untilDeadline<Fact>(source: Source<Fact>, answer: Promise<Fact>, end: () => void): Promise<Fact> {
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

  async function settled<Fact>(source: Source<Fact>, fact: Promise<Fact>): Promise<Fact | SourceFailure> {
    try {
      return await fact;
    } catch (error) {
      return failure(source, error);
    }
  }

  const fact = <Fact>(source: Source<Fact>, share = 1) => settled(source, reader(share)(source));
  if (options.keep === undefined) return { fact };

  function look(check: string): Look {
    const share = troubled.has(check) ? IN_TROUBLE : 1;
    const earlier = new Map<Source<unknown>, unknown>();
    return {
      async fact(source) {
        const found = await fact(source, share);
        earlier.set(source, found);
        return found;
      },
      again: () => ({
        async fact<Fact>(source: Source<Fact>) {
          const anew = await within(host, fact(source, IN_TROUBLE), SECOND_LOOK);
          return anew ?? (earlier.get(source) as Fact | SourceFailure);
        },
      }),
      end(isTroubled) {
        if (isTroubled) troubled.add(check);
        else troubled.delete(check);
      },
    };
  }

  function last<Fact>(source: Source<Fact>): LastReading<Fact> | undefined {
    const read = lastRead.get(source);
    return read === undefined ? undefined : { fact: read.value as Fact, age: host.clock.monotonic() - read.startedAt };
  }

  function tell<Fact>(source: Source<Fact>, value: Fact): void {
    const startedAt = host.clock.monotonic();
    const worthKeeping = source.worthKeeping?.(value) ?? true;
    readings.set(source, { fact: Promise.resolve(value), value, startedAt, outstanding: false, worthKeeping, thorough: true });
    lastRead.set(source, { value, startedAt });
  }
  return { fact, look, last, tell };
}
