import { type Failure, isNotFound, isTransient } from '../../lib/drain/failure.ts';
import { isLongDeleted } from '../../lib/drain/filters.ts';
import type { ObjectMeta, Pod } from '../../lib/drain/objects.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { DrainContext } from './context.ts';
import type { Deadline } from './deadline.ts';

export type Departure =
  | { readonly kind: 'left' }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface Waiter {
  readonly pod: Pod;
  readonly resolve: (departure: Departure) => void;
  readonly reject: (reason: unknown) => void;
}

const EVERY = seconds(1);
/** An API server that restarts is back by then. */
export const PATIENCE: Duration = seconds(30);
/** Up to so many are asked for one by one; of more, one list says which are worth asking for. */
const FEW = 4;

type Look = { readonly kind: 'there'; readonly metadata: ObjectMeta } | Exclude<Departure, { readonly kind: 'abandoned' }>;

/** Waits for pods to be gone: one loop for all of a node's, however many there are. */
export function departuresFrom(node: string, { cluster, clock, options }: DrainContext, deadline: Deadline) {
  const waiters = new Map<Pod, Waiter>();
  let running = false;
  let silentSince: Duration | undefined;

  async function ask({ metadata: { namespace = '', name, uid } }: Pod): Promise<Look> {
    const answer = await cluster.pod(namespace, name);
    if (!answer.ok) return isNotFound(answer.failure) ? { kind: 'left' } : { kind: 'failed', failure: answer.failure };
    return answer.value.metadata.uid === uid ? { kind: 'there', metadata: answer.value.metadata } : { kind: 'left' };
  }

  /** What the list still has is there; whether the rest has gone, only the pod itself tells: a cache may be behind. */
  async function glance(): Promise<ReadonlyMap<string, ObjectMeta>> {
    if (waiters.size <= FEW) return new Map();
    const listed = await cluster.present(node);
    return new Map(listed.ok ? listed.value.map((metadata) => [metadata.uid ?? '', metadata]) : []);
  }

  function settle({ pod, resolve }: Waiter, departure: Departure): void {
    waiters.delete(pod);
    resolve(departure);
  }

  /** A server that is silent for a moment is no reason to give up. */
  function isForgiven(failure: Failure): boolean {
    if (!isTransient(failure) && failure.code !== 429) return false;
    silentSince ??= clock.monotonic();
    return clock.monotonic() - silentSince < PATIENCE;
  }

  function judge(waiter: Waiter, look: Look): void {
    if (look.kind === 'failed') {
      if (!isForgiven(look.failure)) settle(waiter, look);
      return;
    }
    silentSince = undefined;
    if (look.kind === 'left') settle(waiter, look);
    else if (isLongDeleted({ metadata: look.metadata }, options.skipWaitForDelete, clock.now()))
      settle(waiter, { kind: 'abandoned' });
  }

  async function look(): Promise<void> {
    const listed = await glance();
    const all = [...waiters.values()];
    await Promise.all(
      all.map(async (waiter) => {
        const metadata = listed.get(waiter.pod.metadata.uid ?? '');
        judge(waiter, metadata === undefined ? await ask(waiter.pod) : { kind: 'there', metadata });
      }),
    );
  }

  async function watch(): Promise<void> {
    running = true;
    try {
      while (waiters.size > 0) {
        await deadline.during(look());
        if (waiters.size > 0) await deadline.sleep(EVERY);
      }
    } catch (error) {
      for (const { reject } of waiters.values()) reject(error);
      waiters.clear();
    } finally {
      running = false;
    }
  }

  return {
    /** Rejects with EndedError at the deadline. */
    leave(pod: Pod): Promise<Departure> {
      const { promise, resolve, reject } = Promise.withResolvers<Departure>();
      waiters.set(pod, { pod, resolve, reject });
      if (!running) void watch();
      return promise;
    },
  };
}

export type Departures = ReturnType<typeof departuresFrom>;
