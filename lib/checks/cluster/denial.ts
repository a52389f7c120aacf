import { fillIn } from '../../model/advice.ts';
import { type Evidence, type Fault, fault } from '../../model/finding.ts';
import { heartbeatAtRisk as problem } from '../../problems/heartbeat-at-risk.ts';
import type { ApiFact } from '../../sources/cluster/api-fact.ts';
import { isKubeletIdentity } from '../../sources/cluster/cluster-identity.ts';

const isDenied = (fact: ApiFact<unknown>) => fact.kind === 'unknown' && (fact.status === 401 || fact.status === 403);

/**
 * A kubelet may always read its own Node and Lease. Where its own credential is denied both, it is denied to renew them, too;
 * a denied identity of another kind tells nothing about the kubelet.
 */
export function judgeDenial(lease: ApiFact<unknown>, node: ApiFact<unknown>, evidence: readonly Evidence[]): Fault | undefined {
  if (lease.kind !== 'unknown' || lease.identity === undefined || !isKubeletIdentity(lease.identity)) return undefined;
  if (!isDenied(lease) || !isDenied(node)) return undefined;
  const { nodeName, file } = lease.identity;
  return fault(problem, 'KubeletDenied', lease.why, {
    // An API server that has just started may deny for a moment; the kubelet's log tells that it lasts.
    state: evidence.length > 0 ? 'active' : 'suspected',
    evidence: [{ from: 'GET of its Lease', excerpt: lease.why }, ...evidence],
    advice: fillIn(problem.reasons.KubeletDenied.advice ?? problem.advice, { NODE: nodeName, KUBECONFIG: file }),
  });
}
