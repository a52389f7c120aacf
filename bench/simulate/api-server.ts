import type { ApiAnswer } from '../../lib/host/host.ts';
import type { NodeInTrouble } from '../../lib/model/fleet.ts';
import { type Duration, ms, seconds } from '../../lib/model/units.ts';
import type { Random } from './random.ts';

/** When it does not answer, for every node or for those of one zone. */
export interface Outage {
  readonly from: Duration;
  readonly to: Duration;
  readonly zone?: string;
}

export interface VirtualLease extends NodeInTrouble {
  readonly index: number;
}

/** What the API server of the virtual fleet holds: Leases, and how it behaves at a moment. */
export interface ApiServer {
  readonly leases: ReadonlyMap<number, VirtualLease>;
  /** Leases that claim a disruptive remedy. */
  readonly claims: ReadonlyMap<number, VirtualLease>;
  latency(): Duration;
  answer(now: Duration, zone: string): ApiAnswer;
  put(lease: VirtualLease): void;
  remove(index: number): void;
}

const MEAN_LATENCY = ms(30);
const DEADLINE = seconds(3);
/** Two writers at once: the second one has to read again. */
const CONFLICTS = 0.002;

export const WRITTEN: ApiAnswer = { kind: 'response', status: 200, body: {}, took: 0 };
const CONFLICT: ApiAnswer = { ...WRITTEN, status: 409 };
const TIMED_OUT: ApiAnswer = { kind: 'timed-out', after: DEADLINE, connected: true };

export function apiServer(outages: readonly Outage[], random: Random): ApiServer {
  const leases = new Map<number, VirtualLease>();
  const claims = new Map<number, VirtualLease>();
  const waiting = outages.toSorted((a, b) => b.from - a.from);
  let present: readonly Outage[] = [];

  /** Time only goes on: what is over is not looked at again. */
  function isAway(now: Duration, zone: string): boolean {
    for (let next = waiting.at(-1); next !== undefined && next.from <= now; next = waiting.at(-1)) {
      present = [...present.filter(({ to }) => now < to), next];
      waiting.pop();
    }
    return present.some((outage) => now < outage.to && (outage.zone ?? zone) === zone);
  }

  return {
    leases,
    claims,
    latency: () => Math.min(DEADLINE, random.exponential(MEAN_LATENCY)),
    answer(now, zone) {
      if (isAway(now, zone)) return TIMED_OUT;
      return random.chance(CONFLICTS) ? CONFLICT : WRITTEN;
    },
    put(lease) {
      leases.set(lease.index, lease);
      if (lease.claim === undefined) claims.delete(lease.index);
      else claims.set(lease.index, lease);
    },
    remove(index) {
      leases.delete(index);
      claims.delete(index);
    },
  };
}
