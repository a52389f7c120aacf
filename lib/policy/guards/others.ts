import { CORDONED_BY, parseOwner } from '../../model/cordon.ts';
import { isDisruptive } from '../../model/disruption.ts';
import type { EtcdQuorum, GuardedAction, GuardedNode, GuardFacts, Hold } from '../../model/guard.ts';
import { formatDuration } from '../../model/quantity.ts';

/** Who marks a Node that it is about to take away or to repair. */
const TAINTS: readonly (readonly [RegExp, string])[] = [
  [/^ToBeDeletedByClusterAutoscaler$/, 'cluster-autoscaler is about to delete this node'],
  [/^karpenter\.sh\/disrupt(ed|ion)$/, 'karpenter is about to replace this node'],
  [/^medik8s\.io\/(remediation|drain)$/, 'medik8s is at work on this node'],
  [/^remediation\.medik8s\.io\//, 'medik8s is at work on this node'],
  [/^node\.kubernetes\.io\/out-of-service$/, 'this node was declared out of service'],
  [/^(aws-node-termination-handler|kubernetes\.azure\.com\/scalesetpriority-evicted)/, 'this machine is about to be taken away'],
];
const ANNOTATIONS: readonly (readonly [RegExp, string])[] = [
  [/^weave\.works\/kured-reboot-in-progress$/, 'kured is rebooting this node'],
  [/^kured\.dev\/(kured-)?reboot-in-progress$/, 'kured is rebooting this node'],
  [/^self-node-remediation\.medik8s\.io\/(?!is-reboot-capable)/, 'self-node-remediation is at work on this node'],
];

/** Who says on the Node that he is at work on it; sentence fragment. */
export function repairerOn({ taints, annotations }: Pick<GuardedNode, 'taints' | 'annotations'>): string | undefined {
  const taint = taints.find(({ key }) => TAINTS.some(([pattern]) => pattern.test(key)));
  if (taint !== undefined) return `${TAINTS.find(([pattern]) => pattern.test(taint.key))?.[1]} (taint ${taint.key})`;
  for (const [name, value] of Object.entries(annotations)) {
    const known = ANNOTATIONS.find(([pattern]) => pattern.test(name));
    if (known !== undefined && value !== '' && value !== 'false') return `${known[1]} (annotation ${name})`;
  }
  return undefined;
}

export function otherRepairer({ node, repairers = [], units }: GuardFacts, { unit }: GuardedAction): Hold | undefined {
  const marked = node === undefined ? undefined : repairerOn(node);
  if (marked !== undefined) return { id: 'other-repairer', why: marked };
  const watchdog = unit === undefined ? undefined : units?.[unit]?.watchdog;
  if (watchdog !== undefined) {
    return { id: 'other-repairer', why: `systemd restarts ${unit} itself (WatchdogSec=${formatDuration(watchdog)})` };
  }
  const other = repairers.find(({ units: own }) => own === undefined || (unit !== undefined && own.includes(unit)));
  return other === undefined ? undefined : { id: 'other-repairer', why: `${other.name} repairs ${unit ?? 'this node'} itself` };
}

/** A cordon that is not the agent's says that somebody is at work here; `nodemend drain` of a person writes the annotation, too. */
export function humanCordon({ node }: GuardFacts): Hold | undefined {
  if (node?.unschedulable !== true) return undefined;
  const text = node.annotations[CORDONED_BY];
  if (text === undefined) return { id: 'human', why: 'the node was cordoned by somebody else' };
  const owner = parseOwner(text);
  return owner?.kind === 'person' ? { id: 'human', why: `the node was cordoned by ${owner.who}` } : undefined;
}

/** An annotation only lowers what the configuration allows. */
export function observing({ observing: lowered }: GuardFacts): Hold | undefined {
  return lowered === true ? { id: 'mode', why: 'the Node says nodemend.io/mode=observe' } : undefined;
}

const differs = (a: string, b: string) => a !== '' && b !== '' && a.toLowerCase() !== b.toLowerCase();

/** A Node of our name that is another machine: a clone, a reused name, a copied kubeconfig. */
export function wrongNode({ node, host }: GuardFacts): Hold | undefined {
  if (node === undefined || host === undefined) return undefined;
  if (differs(node.machineId, host.machineId)) {
    return { id: 'wrong-node', why: `the Node's machineID is ${node.machineId}, this host's ${host.machineId}` };
  }
  if (!differs(node.systemUuid, host.systemUuid)) return undefined;
  return { id: 'wrong-node', why: `the Node's systemUUID is ${node.systemUuid}, this host's ${host.systemUuid}` };
}

const NOT_ASKED: EtcdQuorum = { kind: 'not-proved', why: 'nobody has asked etcd for its members' };

/** One member at a time (agent/fleet.ts), and only where etcd would keep its quorum without it. */
export function controlPlane(
  { controlPlane: daemons, controlPlaneAllowed: allowed, etcd = NOT_ASKED }: GuardFacts,
  { disruption }: GuardedAction,
): Hold | undefined {
  if (!isDisruptive(disruption)) return undefined;
  if (daemons === undefined) return { id: 'control-plane', why: 'whether etcd or kube-apiserver runs here could not be seen' };
  if (daemons.length === 0) return undefined;
  const here = `${daemons.join(' and ')} of the cluster ${daemons.length === 1 ? 'runs' : 'run'} here`;
  if (allowed !== true) return { id: 'control-plane', why: here };
  if (etcd.kind === 'kept') return undefined;
  return { id: 'control-plane', why: `${here}, and ${etcd.why}` };
}

const NEEDS_DRAINED = ['upgrade-systemd', 'reboot'];

/** Looked at again right before: pods may have come back since the drain. */
export function notDrained({ drained }: GuardFacts, { remedy }: GuardedAction): Hold | undefined {
  if (!NEEDS_DRAINED.includes(remedy) || drained === true) return undefined;
  return { id: 'not-drained', why: 'nothing proves that this node is cordoned and empty' };
}
