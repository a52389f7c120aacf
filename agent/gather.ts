import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Source, SourceFailure } from '../lib/model/source.ts';

/** The facts of one round: each source is read at most once, under its own deadline, and all in parallel. */
export interface Gatherer {
  fact<Fact>(source: Source<Fact>): Promise<Fact | SourceFailure>;
}

/** A defect in one source costs that source's verdict, never the whole examination: a person at 3 a.m. needs the rest. */
function failure(source: Source<unknown>, error: unknown): SourceFailure {
  if (error instanceof AgentError) return { unavailable: `${source.id}: ${error.message}` };
  return { unavailable: `${source.id}: internal error: ${error instanceof Error ? error.message : String(error)}` };
}

export function gatherer(host: HostView): Gatherer {
  const reads = new Map<Source<unknown>, Promise<unknown>>();

  function read<Fact>(source: Source<Fact>): Promise<Fact> {
    const running = reads.get(source);
    if (running !== undefined) return running as Promise<Fact>;
    const started = readBefore(source);
    started.catch(() => undefined);
    reads.set(source, started);
    return started;
  }

  async function readBefore<Fact>(source: Source<Fact>): Promise<Fact> {
    const ended = new AbortController();
    const timer = new AbortController();
    const deadline = host.clock.sleep(source.deadline, timer.signal).then(() => {
      ended.abort();
      throw new AgentError('SOURCE_TIMED_OUT', `no answer within ${formatDuration(source.deadline)}`);
    });
    try {
      return await Promise.race([source.read(host, { use: read, signal: ended.signal }), deadline]);
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
