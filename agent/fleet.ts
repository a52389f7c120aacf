import type { Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import type { BreakerLimits, FleetLimits, FleetView, SeenFleet } from '../lib/model/fleet.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import type { Duration, Instant } from '../lib/model/units.ts';
import { nextPause } from '../lib/policy/fleet-pause.ts';
import { fleetBreaker } from '../lib/policy/guards/fleet-breaker.ts';
import { fleetBudget, oneControlPlane } from '../lib/policy/guards/fleet-budget.ts';
import { isBreakerReset, localBudget } from '../lib/policy/local-budget.ts';
import type { FleetLease } from './fleet-lease.ts';
import { openSight } from './fleet-sight.ts';
import type { FleetQuestion } from './fleet-view.ts';
import type { OwnProblem } from './own-trouble.ts';
import { type LetGo, lookAgain } from './second-look.ts';

/** A remedy that nothing else holds. */
export interface FleetRequest extends FleetQuestion {
  /** Wall clock of its beginning. */
  readonly since: Instant;
  readonly remedy: string;
}

export interface Fleet {
  /** What holds it on account of the other nodes. Asks them right before, and never otherwise. */
  holds(request: FleetRequest): Promise<readonly Hold[]>;
  /**
   * Right before the first step of what `holds` has let go: whether the breaker has opened since, or opens when others that broke in
   * the same moment are waited for. Undefined: go on.
   */
  confirm(about: Pick<FleetRequest, 'remedy' | 'reason'>, signal: AbortSignal): Promise<Hold | undefined>;
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

const aboutOf = ({ remedy, reason, disruption, dead }: FleetRequest) => `${remedy} ${reason} ${disruption} ${dead}`;

export function openFleet(parts: FleetParts): Fleet {
  const { clock, lease, random } = parts;
  let held:
    | { readonly about: string; readonly holds: readonly Hold[]; readonly until: Duration; readonly pause: Duration }
    | undefined;
  const letGo = new Map<string, LetGo>();
  let resumed = false;
  const sight = openSight(parts, (seen, request) => judge(seen, request).length === 0);

  function breakerFor(seen: FleetView, request: FleetRequest): Hold | undefined {
    const limits = parts.limits();
    return isBreakerReset(parts.entries(), limits.within, parts.moment()) ? undefined : fleetBreaker(seen, request, limits);
  }

  function judge(seen: FleetView, request: FleetRequest): readonly Hold[] {
    const [limits, entries, now] = [parts.limits(), parts.entries(), parts.moment()];
    const breaker = breakerFor(seen, request);
    const budget = fleetBudget(seen, request.disruption, limits);
    const alone = seen.kind === 'unseen' && budget === undefined ? localBudget(entries, now, seen.why) : undefined;
    return [breaker, budget, oneControlPlane(seen, request.disruption), alone].filter((hold) => hold !== undefined);
  }

  /** Another remedy's end is not that of the resumed one. */
  const release = async () => (resumed ? undefined : await lease.release());

  const isForgiven = (holds: readonly Hold[]) =>
    holds.some(({ id }) => id === 'fleet-breaker') && isBreakerReset(parts.entries(), parts.limits().within, parts.moment());

  /** So long until the others are asked again. */
  function rest(request: FleetRequest, seen: SeenFleet, holds: readonly Hold[]): void {
    const about = aboutOf(request);
    const pause = nextPause(held?.about === about ? held.pause : undefined, seen, holds);
    held = { about, holds, pause, until: clock.monotonic() + pause * (0.75 + 0.5 * random()) };
  }

  return {
    async holds(given) {
      // An agent that was started anew has seen it for a shorter time than it stands.
      const request = { ...given, stood: Math.max(given.stood, clock.now() - given.since) };
      const about = aboutOf(request);
      if (held?.about === about && clock.monotonic() < held.until && !isForgiven(held.holds)) return held.holds;
      const seen = await sight.look(request);
      const holds = judge(seen, request);
      if (holds.length === 0) {
        held = undefined;
        // A dead unit is started whatever the others say, and who cannot see them goes on without.
        if (seen.kind === 'seen' && !request.dead)
          letGo.set(`${request.remedy} ${request.reason}`, { request, at: clock.monotonic() });
        return holds;
      }
      await release();
      // Without the others it is our own ledger that holds, which costs nothing to ask.
      if (seen.kind === 'seen') rest(request, seen, holds);
      return holds;
    },
    async confirm({ remedy, reason }, signal) {
      const given = letGo.get(`${remedy} ${reason}`);
      letGo.delete(`${remedy} ${reason}`);
      if (given === undefined) return undefined;
      const again = { clock, look: sight.lookOnce, opens: breakerFor };
      const stop = await lookAgain(given, again, signal).catch(() => undefined);
      if (stop === undefined) return undefined;
      rest(given.request, stop.view, [stop.hold]);
      return stop.hold;
    },
    release,
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
