import { FLEET_NAMESPACE } from '../lib/kube/fleet-lease.ts';
import { isDisruptive } from '../lib/model/disruption.ts';
import type { FleetView } from '../lib/model/fleet.ts';
import { type Duration, seconds } from '../lib/model/units.ts';
import type { FleetParts, FleetRequest } from './fleet.ts';
import { readFleet, within } from './fleet-view.ts';

/** The others, as they are seen for a remedy that nothing else holds. */
export interface Sight {
  /** Takes a place for a disruptive one, and looks once more. */
  look(request: FleetRequest): Promise<FleetView>;
  /** Nothing is claimed, and no claims are counted. */
  lookOnce(request: FleetRequest): Promise<FleetView>;
}

/** For all questions together: a node in trouble waits no longer for a server that may be in trouble itself. */
const DEADLINE = seconds(3);
/** A server that gave no answer. */
const UNSEEN_FOR = seconds(30);

export function openSight(parts: FleetParts, mayClaim: (seen: FleetView, request: FleetRequest) => boolean): Sight {
  const { clock, lease, deadline = DEADLINE } = parts;
  let unseen: { readonly why: string; readonly until: Duration } | undefined;

  async function look(request: FleetRequest): Promise<FleetView> {
    const access = await parts.access();
    if ('why' in access) return { kind: 'unseen', why: access.why };
    const ask = within(deadline, parts);
    const first = await readFleet({ ...parts, node: access.node }, request, ask);
    // Who has to wait writes nothing: a queue for the budget would be load, and its claims would hold each other.
    if (!isDisruptive(request.disruption) || !mayClaim(first, request)) return first;
    // Told before asking: of two nodes that begin at once, the later one sees the other.
    if (!(await lease.claim(request.remedy, request))) {
      return { kind: 'unseen', why: `no Lease could be written in the namespace ${FLEET_NAMESPACE}` };
    }
    return await readFleet({ ...parts, node: access.node }, request, ask);
  }

  async function lookOnce(request: FleetRequest): Promise<FleetView> {
    const access = await parts.access();
    if ('why' in access) return { kind: 'unseen', why: access.why };
    return await readFleet({ ...parts, node: access.node }, { ...request, disruption: 'none' }, within(deadline, parts));
  }

  async function lookWithin(request: FleetRequest): Promise<FleetView> {
    if (unseen !== undefined && clock.monotonic() < unseen.until) return { kind: 'unseen', why: unseen.why };
    // Whatever goes wrong in asking, the node is repaired as if nobody could be asked.
    const seen = await look(request).catch(
      (error) => ({ kind: 'unseen', why: `the others could not be asked (${error})` }) as const,
    );
    unseen = seen.kind === 'unseen' ? { why: seen.why, until: clock.monotonic() + UNSEEN_FOR } : undefined;
    return seen;
  }

  return { look: lookWithin, lookOnce };
}
