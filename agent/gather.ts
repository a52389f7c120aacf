import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { Source, SourceFailure } from '../lib/model/source.ts';
import { type Duration, ms } from '../lib/model/units.ts';
import { within } from '../lib/sources/within.ts';
import { type LastReading, openReadings } from './readings.ts';

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

/** A defect in one source costs that source's verdict, never the whole examination: a person at 3 a.m. needs the rest. */
function failure(source: Source<unknown>, error: unknown): SourceFailure {
  if (error instanceof AgentError) return { unavailable: `${source.id}: ${error.message}` };
  return { unavailable: `${source.id}: internal error: ${messageOf(error)}` };
}

/** A kept fact is believed for this part of its time while something is wrong: what is fast shows the recovery soon, packages do not change. */
const IN_TROUBLE = 1 / 30;
/** A first trouble must not wait long for facts that were good a moment ago: a hung daemon cannot give them any more. */
const SECOND_LOOK = ms(700);
/** Whose trouble is worth what idle rounds save: an inspect of every container, the whole process table. */
const LOOKED_AT_CLOSELY = ['container-runtime', 'kubelet-health', 'pleg-health', 'pods-stuck'];

export function gatherer(host: HostView, { thorough = true, keep }: GatherOptions = {}): Gatherer {
  const troubled = new Set<string>();
  const isThorough = () => thorough || LOOKED_AT_CLOSELY.some((check) => troubled.has(check));
  const readings = openReadings(host, { isThorough, keep });

  async function fact<Fact>(source: Source<Fact>, share = 1): Promise<Fact | SourceFailure> {
    try {
      return await readings.read(source, share);
    } catch (error) {
      return failure(source, error);
    }
  }

  if (keep === undefined) return { fact };

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

  return { fact, look, last: readings.last, tell: readings.tell };
}
