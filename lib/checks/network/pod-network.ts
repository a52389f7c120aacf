import { fillIn } from '../../model/advice.ts';
import { type Finding, fault, pass, skip, unknown } from '../../model/finding.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { isUnavailable, type SourceFailure } from '../../model/source.ts';
import { nodeNetworkUnhealthy as problem } from '../../problems/node-network-unhealthy.ts';
import type { ApiFact } from '../../sources/cluster/api-fact.ts';
import { conditionOf, type NodeObject } from '../../sources/cluster/node-object.ts';
import type { CniConfig } from '../../sources/network/cni-config.ts';
import type { CriStatus } from '../../sources/runtime/cri-status.ts';

export interface PodNetworkFacts {
  readonly cri: CriStatus | SourceFailure;
  readonly cni: CniConfig | SourceFailure;
  readonly node: ApiFact<NodeObject> | SourceFailure;
}

/** The kubelet's words in the Ready condition: dockershim's, and CRI's. */
const NOT_READY = /network plugin is not ready|container runtime network not ready|cni config uninitialized|NetworkReady=false/;

const subject = { subject: 'cri' };

function notReady(message: string, from: string, cni: PodNetworkFacts['cni']): Finding {
  const evidence = [{ from, excerpt: message }];
  if (!isUnavailable(cni) && cni.kind === 'missing') {
    const { advice = [] } = problem.reasons.CniConfigurationMissing;
    return fault(problem, 'CniConfigurationMissing', `the pod network is not ready: no CNI configuration in ${cni.directory}`, {
      ...subject,
      evidence,
      advice: fillIn(advice, { DIRECTORY: cni.directory }),
    });
  }
  return fault(problem, 'NetworkNotReady', `the pod network is not ready: ${message.slice(0, 300)}`, { ...subject, evidence });
}

function fromNode(node: PodNetworkFacts['node'], cni: PodNetworkFacts['cni']): Finding | undefined {
  if (isUnavailable(node) || node.kind !== 'found') return undefined;
  const ready = conditionOf(node.value, 'Ready');
  // Unknown: the kubelet has not been heard for a while, and what it said then is old.
  if (ready?.status === 'True') return pass('the kubelet says it is ready, the pod network included', subject);
  return ready?.status === 'False' && NOT_READY.test(ready.message)
    ? notReady(ready.message, 'Node condition Ready', cni)
    : undefined;
}

function fromFiles(cni: PodNetworkFacts['cni']): Finding {
  if (isUnavailable(cni)) return unknown(cni.unavailable, subject);
  switch (cni.kind) {
    case 'not-used':
      return skip(cni.why, subject);
    case 'found':
      return pass(`CNI configuration ${cni.directory}/${cni.files[0] ?? ''}`, subject);
    case 'missing':
      return notReady(`nothing in ${cni.directory}`, cni.directory, cni);
    case 'unknown':
      return unknown(`${cni.directory}: ${explainPathFailure(cni.failure)}`, subject);
  }
}

/** Whether pods get a network: the runtime's own word, else the kubelet's, else the files. */
export function judgePodNetwork({ cri, cni, node }: PodNetworkFacts): Finding {
  if (!isUnavailable(cri) && cri.kind === 'known') {
    const condition = cri.conditions.find(({ type }) => type === 'NetworkReady');
    if (condition?.status === true) return pass(`${cri.service.name} says that the pod network is ready`, subject);
    if (condition !== undefined) return notReady(`${condition.reason}: ${condition.message}`, 'CRI Status NetworkReady', cni);
  }
  if (!isUnavailable(cni) && cni.kind === 'not-used') return skip(cni.why, subject);
  const said = fromNode(node, cni);
  if (said !== undefined) return said;
  const asked = !isUnavailable(cri) && cri.kind === 'unknown' && !/does not use CRI/.test(cri.why) ? cri.why : undefined;
  // A runtime that does not answer may be reading its configuration just now; files alone condemn nobody then.
  return asked === undefined ? fromFiles(cni) : unknown(asked, subject);
}
