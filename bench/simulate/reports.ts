import { LEASE_DURATION } from '../../lib/kube/fleet-lease.ts';
import { backoff, judgeWrite } from '../../lib/kube/judge-write.ts';
import { minutes } from '../../lib/model/units.ts';
import type { VirtualLease } from './api-server.ts';
import { type Context, EVENT } from './context.ts';
import { WALL } from './policy.ts';
import { NEVER, type VirtualNode } from './virtual-node.ts';

const REPORT = minutes(5);
const RENEW = minutes(3);
/** The answer to a write that was done is lost now and then, and with it the server's clock. */
const ANSWER_LOST = 0.001;

export function reportSoon(context: Context, node: VirtualNode): void {
  node.changes++;
  // A server that is away is not asked more often because there is more to say.
  if (node.failures > 0) return;
  node.reportAt = context.now + context.api.latency();
  context.queue.add(node.reportAt, EVENT.report, node.index);
}

export function report(context: Context, node: VirtualNode): void {
  const { now, api, random, tally, queue } = context;
  const { result, wait } = judgeWrite(api.answer(now, node.zone), node.failures, random.next);
  node.writes++;
  tally.now.reportWrites++;
  const isWritten = result === 'written';
  if (!isWritten) tally.now.failed++;
  node.refused += isWritten ? 0 : 1;
  node.failures = isWritten ? 0 : node.failures + 1;
  context.invariants.wrote(node, now);
  const every = context.sabotage === 'writes' ? minutes(1) : REPORT;
  node.reportAt = now + (isWritten ? every * (0.9 + 0.1 * random.next()) : wait);
  queue.add(node.reportAt, EVENT.report, node.index);
}

/** A clock that is wrong is put right by the answer, unless that is lost. */
function leaseOf({ now, random }: Context, node: VirtualNode): VirtualLease {
  const { index, name, zone, old, trouble, remedy, claims, began } = node;
  const error = random.chance(ANSWER_LOST) ? node.skew : 0;
  const reason = trouble?.reason ?? 'over';
  return {
    index,
    node: name,
    zone,
    reason: old ? `Old${reason}` : reason,
    since: WALL + began + error,
    seenAt: WALL + now + error,
    controlPlane: false,
    ...(claims && remedy !== undefined ? { claim: remedy } : {}),
  };
}

export function renewSoon(context: Context, node: VirtualNode): void {
  node.leaseChanges++;
  node.renewAt = context.now + context.api.latency();
  context.queue.add(node.renewAt, EVENT.renew, node.index);
}

function countLease({ invariants, now, tally }: Context, node: VirtualNode): void {
  tally.now.leaseWrites++;
  if (node.leaseSince === NEVER) [node.leaseSince, node.leaseWrites, node.leaseChanges] = [now, 0, 1];
  node.leaseWrites++;
  invariants.wroteLease(node, now);
}

/** True: the others can read it. */
export function writeLease(context: Context, node: VirtualNode): boolean {
  const { api, now, tally } = context;
  countLease(context, node);
  const answer = api.answer(now, node.zone);
  const isWritten = answer.kind === 'response' && answer.status === 200;
  if (isWritten) {
    node.leaseFailures = 0;
    api.put(leaseOf(context, node));
  } else {
    // It is written again, sooner.
    node.leaseFailures++;
    node.leaseChanges++;
    tally.now.failed++;
  }
  return isWritten;
}

function remove(context: Context, node: VirtualNode): boolean {
  const { api, now } = context;
  countLease(context, node);
  const answer = api.answer(now, node.zone);
  if (answer.kind !== 'response') {
    node.leaseChanges++;
    return false;
  }
  api.remove(node.index);
  node.leaseSince = NEVER;
  return true;
}

/** It stands for a while after the trouble, and is taken away then; a claim is taken back at once. */
export function renew(context: Context, node: VirtualNode): void {
  const { api, now, random, queue } = context;
  const stands = node.active || node.claims;
  const wait = (after: number) => {
    node.renewAt = now + after;
    queue.add(node.renewAt, EVENT.renew, node.index);
  };
  if (stands || api.claims.has(node.index)) {
    wait(writeLease(context, node) ? RENEW * (0.8 + 0.2 * random.next()) : backoff(node.leaseFailures, random.next));
    return;
  }
  const rest = node.quietSince + LEASE_DURATION - now;
  if (rest > 0) wait(rest);
  else if (remove(context, node)) node.renewAt = NEVER;
  else wait(backoff(3, random.next));
}
