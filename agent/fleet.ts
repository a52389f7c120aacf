import type { Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { FLEET_NAMESPACE } from '../lib/kube/fleet-lease.ts';
import { isDisruptive } from '../lib/model/disruption.ts';
import type { BreakerLimits, FleetLimits, FleetView } from '../lib/model/fleet.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import { type Duration, type Instant, seconds } from '../lib/model/units.ts';
import { nextPause } from '../lib/policy/fleet-pause.ts';
import { fleetBreaker } from '../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget, oneControlPlane } from '../lib/policy/guards/fleet-budget.ts';
import { isBreakerReset, localBudget } from '../lib/policy/local-budget.ts';
import type { FleetLease } from './fleet-lease.ts';
import { type FleetQuestion, readFleet, within } from './fleet-view.ts';
import type { OwnProblem } from './own-trouble.ts';

/** A remedy that nothing else holds. */
export interface FleetRequest extends FleetQuestion {
  /** Wall clock of its beginning. */
  readonly since: Instant;
  readonly remedy: string;
}

export interface Fleet {
  /** What holds it on account of the other nodes. Asks them right before, and never otherwise. */
  holds(request: FleetRequest): Promise<readonly Hold[]>;
  /** The disruptive remedy is over, or was not begun. */
  release(): Promise<void>;
  /** One that an agent before this one began is not over: its place stays taken until what this resolves to is called. */
  resume(remedy: string, trouble: OwnProblem): Promise<() => Promise<void>>;
}

export interface FleetParts {
  readonly cluster: Pick<ClusterClient, 'apiGet'>;
  readonly clock: Clock;
  /** This node's name, and why the others cannot be asked at all. */
  readonly access: () => Promise<{ readonly node: string } | { readonly why: string }>;
  readonly zone: () => string;
  readonly limits: () => FleetLimits & BreakerLimits;
  readonly lease: Pick<FleetLease, 'claim' | 'release'>;
  readonly entries: () => readonly LedgerEntry[];
  readonly moment: () => Moment;
  readonly random: () => number;
  readonly deadline?: Duration;
}

/** For all questions together: a node in trouble waits no longer for a server that may be in trouble itself. */
const DEADLINE = seconds(3);
/** A server that gave no answer. */
const UNSEEN_FOR = seconds(30);

export function openFleet(parts: FleetParts): Fleet {
  const { clock, lease, random, deadline = DEADLINE } = parts;
  let held:
    | { readonly about: string; readonly holds: readonly Hold[]; readonly until: Duration; readonly pause: Duration }
    | undefined;
  let resumed = false;
  let unseen: { readonly why: string; readonly until: Duration } | undefined;

  async function look(request: FleetRequest): Promise<FleetView> {
    const access = await parts.access();
    if ('why' in access) return { kind: 'unseen', why: access.why };
    const ask = within(deadline, parts);
    const first = await readFleet({ ...parts, node: access.node }, request, ask);
    // Who has to wait writes nothing: a queue for the budget would be load, and its claims would hold each other.
    if (!isDisruptive(request.disruption) || judge(first, request).length > 0) return first;
    // Told before asking: of two nodes that begin at once, the later one sees the other.
    if (!(await lease.claim(request.remedy, request))) {
      return { kind: 'unseen', why: `no Lease could be written in the namespace ${FLEET_NAMESPACE}` };
    }
    return await readFleet({ ...parts, node: access.node }, request, ask);
  }

  async function view(request: FleetRequest): Promise<FleetView> {
    if (unseen !== undefined && clock.monotonic() < unseen.until) return { kind: 'unseen', why: unseen.why };
    // Whatever goes wrong in asking, the node is repaired as if nobody could be asked.
    const seen = await look(request).catch(
      (error) => ({ kind: 'unseen', why: `the others could not be asked (${error})` }) as const,
    );
    unseen = seen.kind === 'unseen' ? { why: seen.why, until: clock.monotonic() + UNSEEN_FOR } : undefined;
    return seen;
  }

  function judge(seen: FleetView, request: FleetRequest): readonly Hold[] {
    const [limits, entries, now] = [parts.limits(), parts.entries(), parts.moment()];
    const breaker = isBreakerReset(entries, limits.within, now) ? undefined : fleetBreaker(seen, request, limits);
    const budget = fleetBudget(seen, request.disruption, limits);
    const alone = seen.kind === 'unseen' && budget === undefined ? localBudget(entries, now, seen.why) : undefined;
    return [breaker, budget, oneControlPlane(seen, request.disruption), alone].filter((hold) => hold !== undefined);
  }

  /** Another remedy's end is not that of the resumed one. */
  const letGo = async () => (resumed ? undefined : await lease.release());

  const isForgiven = (holds: readonly Hold[]) =>
    holds.some(({ id }) => id === 'fleet-breaker') && isBreakerReset(parts.entries(), parts.limits().within, parts.moment());

  return {
    async holds(given) {
      // An agent that was started anew has seen it for a shorter time than it stands.
      const request = { ...given, stood: Math.max(given.stood, clock.now() - given.since) };
      const about = `${request.remedy} ${request.reason} ${request.disruption} ${request.dead}`;
      if (held?.about === about && clock.monotonic() < held.until && !isForgiven(held.holds)) return held.holds;
      const seen = await view(request);
      const holds = judge(seen, request);
      if (holds.length === 0) {
        held = undefined;
        return holds;
      }
      await letGo();
      // Without the others it is our own ledger that holds, which costs nothing to ask.
      if (seen.kind === 'seen') {
        const pause = nextPause(held?.about === about ? held.pause : undefined, seen, holds);
        held = { about, holds, pause, until: clock.monotonic() + pause * (0.75 + 0.5 * random()) };
      }
      return holds;
    },
    release: letGo,
    async resume(remedy, trouble) {
      resumed = true;
      await lease.claim(remedy, trouble);
      return async () => {
        resumed = false;
        await lease.release();
      };
    },
  };
}
