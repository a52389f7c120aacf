import type { ApiAnswer, Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { LEASE_DURATION, leaseBody, leasePath } from '../lib/kube/fleet-lease.ts';
import { judgeWrite } from '../lib/kube/judge-write.ts';
import type { ProblemState, Reporter } from '../lib/model/snapshot.ts';
import { type Duration, type Instant, minutes, seconds } from '../lib/model/units.ts';
import { courier } from '../lib/reporters/courier.ts';

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

export interface OwnProblem {
  readonly reason: string;
  /** Since it began. */
  readonly stood: Duration;
  readonly controlPlane: boolean;
}

const DEADLINE = seconds(2);
const RENEW = minutes(3);

/** Since it began: an agent that was started anew has seen it for a shorter time than it stands. */
const ageOf = (since: string, stood: Duration, now: Instant): Duration =>
  Math.max(stood, Number.isNaN(Date.parse(since)) ? 0 : now - Date.parse(since));

interface Trouble {
  readonly reason: string;
  /** By our monotonic clock. */
  readonly began: Duration;
  readonly controlPlane: boolean;
}

export function openFleetLease(options: FleetLeaseOptions): FleetLease {
  const { cluster, clock, random } = options;
  const isElsewhere = () => options.claimedElsewhere?.() === true;
  let trouble: Trouble | undefined;
  /** What the Lease tells of, also when it is over and a claim has still to be taken back. */
  let last: Trouble | undefined;
  let claimed: string | undefined;
  let written: { readonly essence: string; readonly claim: string | undefined; readonly renewAt: Duration } | undefined;
  /** Nothing is known of the Lease that an agent before this one may have left. */
  let mayExist = true;
  let quietSince: Duration = clock.monotonic();
  let [notBefore, failures]: [Duration, number] = [0, 0];
  /** The server's clock is ahead of ours by this. */
  let ahead: Duration = 0;

  function took(answer: ApiAnswer): ReturnType<typeof judgeWrite>['result'] {
    const { result, wait } = judgeWrite(answer, failures, random);
    if (answer.kind === 'response' && answer.date !== undefined) ahead = answer.date - clock.now();
    failures = result === 'written' ? 0 : failures + 1;
    notBefore = clock.monotonic() + wait;
    return result;
  }

  async function send(method: 'POST' | 'PATCH' | 'DELETE', name: string, body: string) {
    const path = leasePath(method === 'POST' ? undefined : name);
    return took(await cluster.apiSend({ method, path, body, deadline: DEADLINE }));
  }

  function bodyOf(name: string, { reason, began, controlPlane }: Trouble, isNew: boolean): string {
    const now = clock.now() + ahead;
    const { zone, uid } = options.node();
    const own = { node: name, reason, zone, controlPlane, now, since: now - (clock.monotonic() - began) };
    // What we said ourselves we take back ourselves.
    const keepsClaim = claimed === undefined && written?.claim === undefined && isElsewhere();
    const claim = claimed === undefined ? { keepsClaim } : { claim: claimed };
    const body = leaseBody({ ...own, ...claim, ...(uid === undefined ? {} : { nodeUid: uid }) });
    return JSON.stringify(body, (_, value) => (isNew && value === null ? undefined : value));
  }

  /** Patched, and made where it is not: the one before us may have left it. */
  async function write(name: string, about: Trouble): Promise<boolean> {
    const before = ahead;
    let result = await send('PATCH', name, bodyOf(name, about, false));
    if (result === 'absent') result = await send('POST', name, bodyOf(name, about, true));
    // Its times were of our clock, which the answer proved wrong.
    if (result === 'written' && Math.abs(ahead - before) > seconds(30))
      result = await send('PATCH', name, bodyOf(name, about, false));
    mayExist = true;
    return result === 'written';
  }

  /** A claim stands and falls with its remedy, whatever has become of the problem. */
  const present = () => trouble ?? (claimed === undefined && written?.claim === undefined ? undefined : last);

  const essenceOf = ({ reason, began }: Trouble) => JSON.stringify([reason, began, claimed, options.node().zone]);

  async function keep(name: string, about: Trouble): Promise<boolean> {
    const essence = essenceOf(about);
    if (written?.essence === essence && clock.monotonic() < written.renewAt) return true;
    const claim = claimed;
    if (!(await write(name, about))) return false;
    written = { essence, claim, renewAt: clock.monotonic() + RENEW * (0.8 + 0.2 * random()) };
    return true;
  }

  async function deliver(): Promise<void> {
    if (clock.monotonic() < notBefore) return;
    const about = present();
    // It stands for a while after the trouble: many nodes that heal one after another are many, too.
    if (about === undefined && (!mayExist || isElsewhere() || clock.monotonic() - quietSince < LEASE_DURATION)) return;
    const name = await options.nodeName();
    if (name === undefined) return;
    if (about !== undefined) {
      await keep(name, about);
      return;
    }
    const result = await send('DELETE', name, '');
    if (result === 'written' || result === 'absent') [mayExist, written, notBefore] = [false, undefined, 0];
  }

  const sending = courier(deliver, () => undefined);

  /** One reason at a time, the one that explains the others; it keeps the time at which it began. */
  function troubled(reason: string, stood: Duration, controlPlane = false): void {
    const isSame = trouble?.reason === reason;
    const began = isSame && trouble !== undefined ? trouble.began : clock.monotonic() - stood;
    trouble = { reason, began, controlPlane: controlPlane || (trouble?.controlPlane ?? false) };
    last = trouble;
  }

  function observe(problems: readonly ProblemState[]): void {
    const first = problems.find((problem) => problem.state === 'active' && options.counts(problem));
    if (first === undefined) {
      if (trouble !== undefined) quietSince = clock.monotonic();
      trouble = undefined;
      return;
    }
    troubled(first.reason, ageOf(first.since, first.standsMs, clock.now()));
  }

  return {
    id: 'fleet-lease',
    async report({ snapshot }) {
      observe(snapshot.problems);
      sending.start();
    },
    settled: sending.settled,
    // What it says stays true until it expires: an agent that ends has not healed the node.
    close: async () => await sending.settled(),
    async claim(remedy, { reason, stood, controlPlane }) {
      await sending.settled();
      if (clock.monotonic() < notBefore) return false;
      claimed = remedy;
      troubled(reason, stood, controlPlane);
      const name = await options.nodeName();
      return name !== undefined && last !== undefined && (await keep(name, last));
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
