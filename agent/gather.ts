import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Source, SourceFailure } from '../lib/model/source.ts';
import type { Duration } from '../lib/model/units.ts';

/** Facts, each read under its source's own deadline, and all in parallel. */
export interface Gatherer {
  fact<Fact>(source: Source<Fact>): Promise<Fact | SourceFailure>;
}

export interface GatherOptions {
  /** Whether to read what is worth its cost only when something is wrong, or a person asks; the default. */
  readonly thorough?: boolean;
  /** How long a fact may be told again; by default for the life of this gatherer: one round, one reading. */
  readonly keep?: (source: Source<unknown>) => Duration;
}

interface Reading {
  readonly fact: Promise<unknown>;
  readonly startedAt: Duration;
  /** The host has not come back, even if the deadline has passed. */
  outstanding: boolean;
}

/** A defect in one source costs that source's verdict, never the whole examination: a person at 3 a.m. needs the rest. */
function failure(source: Source<unknown>, error: unknown): SourceFailure {
  if (error instanceof AgentError) return { unavailable: `${source.id}: ${error.message}` };
  return { unavailable: `${source.id}: internal error: ${error instanceof Error ? error.message : String(error)}` };
}

const forOneRound: Required<GatherOptions> = { thorough: true, keep: () => Number.POSITIVE_INFINITY };

export function gatherer(host: HostView, options: GatherOptions = {}): Gatherer {
  const { thorough, keep } = { ...forOneRound, ...options };
  const readings = new Map<Source<unknown>, Reading>();

  function read<Fact>(source: Source<Fact>): Promise<Fact> {
    const last = readings.get(source);
    // Never started twice: what hangs in the kernel would take one thread, child or connection more each time.
    const stillGood = last !== undefined && (last.outstanding || host.clock.monotonic() - last.startedAt < keep(source));
    if (stillGood) return last.fact as Promise<Fact>;
    return start(source);
  }

  function start<Fact>(source: Source<Fact>): Promise<Fact> {
    const ended = new AbortController();
    const answer = source.read(host, { use: read, signal: ended.signal, thorough });
    const fact = untilDeadline(source, answer, ended);
    const reading: Reading = { fact, startedAt: host.clock.monotonic(), outstanding: true };
    readings.set(source, reading);
    const settle = () => {
      reading.outstanding = false;
    };
    answer.then(settle, settle);
    fact.catch(() => undefined);
    return fact;
  }

  async function untilDeadline<Fact>(source: Source<Fact>, answer: Promise<Fact>, ended: AbortController): Promise<Fact> {
    const timer = new AbortController();
    const late = host.clock.sleep(source.deadline, timer.signal).then(() => {
      ended.abort();
      throw new AgentError('SOURCE_TIMED_OUT', `no answer within ${formatDuration(source.deadline)}`);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      timer.abort();
    }
  }

  return {
    async fact(source) {
      try {
        return await read(source);
      } catch (error) {
        return failure(source, error);
      }
    },
  };
}
