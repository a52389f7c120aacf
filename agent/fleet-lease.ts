import type { Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { LEASE_DURATION, leaseText } from '../lib/kube/fleet-lease.ts';
import type { ProblemState, Reporter } from '../lib/model/snapshot.ts';
import { type Duration, type Instant, minutes } from '../lib/model/units.ts';
import { courier } from '../lib/reporters/courier.ts';
import { openLeaseWriter } from './lease-writer.ts';
import { type OwnProblem, openOwnTrouble, type Trouble } from './own-trouble.ts';

export interface FleetLeaseOptions {
  readonly cluster: Pick<ClusterClient, 'apiSend'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** The Node's name where this identity may have Leases; undefined: it never will. */
  readonly nodeName: () => Promise<string | undefined>;
  readonly node: () => { readonly zone: string; readonly uid?: string };
  /** Whether a remedy could come of this problem. */
  readonly counts: (problem: ProblemState) => boolean;
  readonly random: () => number;
  /** A program of its own is at work here, and speaks for this node's claim. */
  readonly claimedElsewhere?: () => boolean;
}

/** One Lease in the namespace nodemend while this node has an active problem: how the others know. */
export interface FleetLease extends Reporter {
  /** Says that this node is about to begin a disruptive remedy; false: nobody was told. */
  claim(remedy: string, trouble: OwnProblem): Promise<boolean>;
  release(): Promise<void>;
  settled(): Promise<void>;
}

const RENEW = minutes(3);

export function openFleetLease(options: FleetLeaseOptions): FleetLease {
  const { clock, random } = options;
  const isElsewhere = () => options.claimedElsewhere?.() === true;
  const trouble = openOwnTrouble(options);
  const lease = openLeaseWriter(options);
  let claimed: string | undefined;
  let written: { readonly essence: string; readonly claim: string | undefined; readonly renewAt: Duration } | undefined;
  /** Nothing is known of the Lease that an agent before this one may have left. */
  let mayExist = true;

  function bodyOf(name: string, { reason, began, controlPlane }: Trouble, now: Instant, isNew: boolean): string {
    const { zone, uid } = options.node();
    const own = { node: name, reason, zone, controlPlane, now, since: now - (clock.monotonic() - began) };
    // What we said ourselves we take back ourselves.
    const keepsClaim = claimed === undefined && written?.claim === undefined && isElsewhere();
    const claim = claimed === undefined ? { keepsClaim } : { claim: claimed };
    return leaseText({ ...own, ...claim, ...(uid === undefined ? {} : { nodeUid: uid }) }, isNew);
  }

  /** A claim stands and falls with its remedy, whatever has become of the problem. */
  const present = () => trouble.now ?? (claimed === undefined && written?.claim === undefined ? undefined : trouble.last);

  const essenceOf = ({ reason, began }: Trouble) => JSON.stringify([reason, began, claimed, options.node().zone]);

  async function keep(name: string, about: Trouble): Promise<boolean> {
    const essence = essenceOf(about);
    if (written?.essence === essence && clock.monotonic() < written.renewAt) return true;
    const claim = claimed;
    const isWritten = await lease.write(name, (now, isNew) => bodyOf(name, about, now, isNew));
    mayExist = true;
    if (!isWritten) return false;
    written = { essence, claim, renewAt: clock.monotonic() + RENEW * (0.8 + 0.2 * random()) };
    return true;
  }

  async function deliver(): Promise<void> {
    if (!lease.mayAsk()) return;
    const about = present();
    // It stands for a while after the trouble: many nodes that heal one after another are many, too.
    if (about === undefined && (!mayExist || isElsewhere() || trouble.quietFor() < LEASE_DURATION)) return;
    const name = await options.nodeName();
    if (name === undefined) return;
    if (about !== undefined) {
      await keep(name, about);
      return;
    }
    if (await lease.remove(name)) [mayExist, written] = [false, undefined];
  }

  const sending = courier(deliver, () => undefined);

  return {
    id: 'fleet-lease',
    async report({ snapshot }) {
      trouble.observe(snapshot.problems);
      sending.start();
    },
    settled: sending.settled,
    // What it says stays true until it expires: an agent that ends has not healed the node.
    close: async () => await sending.settled(),
    async claim(remedy, problem) {
      await sending.settled();
      if (!lease.mayAsk()) return false;
      claimed = remedy;
      trouble.begin(problem);
      const name = await options.nodeName();
      return name !== undefined && trouble.last !== undefined && (await keep(name, trouble.last));
    },
    async release() {
      if (claimed === undefined) return;
      claimed = undefined;
      await sending.settled();
      sending.start();
      await sending.settled();
    },
  };
}
