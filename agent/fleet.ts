import type { Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { FLEET_NAMESPACE } from '../lib/kube/fleet-lease.ts';
import { isDisruptive } from '../lib/model/disruption.ts';
import type { BreakerLimits, FleetLimits, FleetView, SeenFleet } from '../lib/model/fleet.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import type { Disruption } from '../lib/model/remedy.ts';
import { type Duration, type Instant, seconds } from '../lib/model/units.ts';
import { fleetBreaker, needsNodes, type Trouble } from '../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget, oneControlPlane } from '../lib/policy/guards/fleet-budget.ts';
import { isBreakerReset, localBudget } from '../lib/policy/local-budget.ts';
import type { FleetLease } from './fleet-lease.ts';
import { type Ask, countNodes, readLeases } from './fleet-read.ts';

/** A remedy that nothing else holds. */
export interface FleetRequest extends Trouble {
  /** Wall clock of its beginning. */
  readonly since: Instant;
  readonly remedy: string;
  readonly disruption: Disruption;
  readonly controlPlane: boolean;
}

export interface Fleet {
  /** What holds it on account of the other nodes. Asks them right before, and never otherwise. */
  holds(request: FleetRequest): Promise<readonly Hold[]>;
  /** The disruptive remedy is over, or was not begun. */
  release(): Promise<void>;
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
/** What held is not asked again at once: a fleet in trouble must not become load on its API server. */
const FIRST_PAUSE = seconds(15);
const LONGEST_PAUSE = seconds(120);
/** A server that gave no answer. */
const UNSEEN_FOR = seconds(30);

const present = <Key extends string>(key: Key, value: number | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: number };

export function openFleet(parts: FleetParts): Fleet {
  const { cluster, clock, lease, random, deadline = DEADLINE } = parts;
  let held:
    | { readonly about: string; readonly holds: readonly Hold[]; readonly until: Duration; readonly pause: Duration }
    | undefined;
  let unseen: { readonly why: string; readonly until: Duration } | undefined;

  /** The number of nodes is asked for only where a percentage could decide. */
  async function withNodes(view: SeenFleet, request: FleetRequest, ask: Ask): Promise<SeenFleet> {
    const limits = parts.limits();
    const disruptive = isDisruptive(request.disruption);
    const claims = view.others.some(({ claim }) => claim !== undefined);
    const ofAll = needsNodes(view, request, limits) || (disruptive && claims && limits.maxConcurrent.ratio > 0);
    const ofZone = disruptive && claims && limits.perZone.ratio > 0 && view.zone !== '';
    const [nodes, zoneNodes] = await Promise.all([
      ofAll ? countNodes(ask) : undefined,
      ofZone ? countNodes(ask, view.zone) : undefined,
    ]);
    return { ...view, ...present('nodes', nodes), ...present('zoneNodes', zoneNodes) };
  }

  async function look(request: FleetRequest): Promise<FleetView> {
    const access = await parts.access();
    if ('why' in access) return { kind: 'unseen', why: access.why };
    const began = clock.monotonic();
    const ask: Ask = (question) =>
      cluster.apiGet({ ...question, deadline: Math.max(1, Math.ceil(deadline - (clock.monotonic() - began))) });
    // Told before asking: of two nodes that begin at once, the later one sees the other.
    if (isDisruptive(request.disruption) && !(await lease.claim(request.remedy, request))) {
      return { kind: 'unseen', why: `no Lease could be written in the namespace ${FLEET_NAMESPACE}` };
    }
    const read = await readLeases(ask);
    if (typeof read === 'string') return { kind: 'unseen', why: read };
    const others = read.nodes.filter(({ node }) => node !== access.node);
    const { complete, at = clock.now() } = read;
    const view = { kind: 'seen', at, others, complete, zone: parts.zone(), controlPlane: request.controlPlane } as const;
    return await withNodes(view, request, ask);
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
      await lease.release();
      const pause = held?.about === about ? Math.min(2 * held.pause, LONGEST_PAUSE) : FIRST_PAUSE;
      // Without the others it is our own ledger that holds, which costs nothing to ask.
      if (seen.kind === 'seen') held = { about, holds, pause, until: clock.monotonic() + pause * (0.75 + 0.5 * random()) };
      return holds;
    },
    release: () => lease.release(),
  };
}
