import type { FactOf } from '../lib/model/source.ts';
import type { ApiFact } from '../lib/sources/cluster/api-fact.ts';
import { type NodeObject, nodeObject } from '../lib/sources/cluster/node-object.ts';
import { nodeDaemons } from '../lib/sources/runtime/node-daemons.ts';

/** k3s and microk8s have their API server in one process with the rest; rke2 and k0s start processes of these names. */
const DAEMONS = ['etcd', 'kube-apiserver', 'k3s-server', 'kubelite'];
const ROLES = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

export const isControlPlaneNode = (labels: Readonly<Record<string, string>>): boolean =>
  ROLES.some((role) => Object.hasOwn(labels, role));

/** A control plane whose daemons have just died is one by its Node's role. */
function controlPlaneOf(
  daemons: readonly { readonly name: string }[] | undefined,
  node: ApiFact<NodeObject> | undefined,
): readonly string[] | undefined {
  const hasRole = node?.kind === 'found' && isControlPlaneNode(node.value.labels);
  const names = daemons?.map(({ name }) => name).filter((name) => DAEMONS.includes(name));
  if (hasRole && (names ?? []).length === 0) return ['the control plane'];
  return names === undefined ? undefined : [...new Set(names)];
}

/** What of the control plane this host carries; undefined: could not be seen. */
export async function readControlPlane(factOf: FactOf): Promise<readonly string[] | undefined> {
  const [daemons, node] = await Promise.all([factOf(nodeDaemons), factOf(nodeObject)]);
  return controlPlaneOf(daemons, node);
}

/** For who takes a place among the others: what could not be seen is taken for one, and waits for the others of its kind. */
export async function mayBeControlPlane(factOf: FactOf): Promise<boolean> {
  const found = await readControlPlane(factOf);
  return found === undefined || found.length > 0;
}
