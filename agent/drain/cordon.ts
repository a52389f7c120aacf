import type { Failure } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { CORDONED_BY, type CordonOwner, formatOwner } from '../../lib/model/cordon.ts';
import type { ClusterPods } from './cluster-pods.ts';
import type { DryRun, Tell } from './events.ts';

export interface Cordoning {
  readonly cluster: Pick<ClusterPods, 'node' | 'patchNode'>;
  readonly tell: Tell;
  readonly dryRun: DryRun;
  readonly owner: CordonOwner;
}

/** Somebody changed the Node between our look and our patch this often: something else is at work on it. */
const ATTEMPTS = 5;

const ownerText = (node: Node) => node.metadata.annotations?.[CORDONED_BY];

/** Only the Node that was looked at: whoever cordoned it meanwhile keeps his cordon. */
function patchOf({ metadata }: Node, cordon: boolean, owner: CordonOwner) {
  const { resourceVersion } = metadata;
  return {
    metadata: {
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      annotations: { [CORDONED_BY]: cordon ? formatOwner(owner) : null },
    },
    spec: { unschedulable: cordon ? true : null },
  };
}

function tellDone(node: Node, cordon: boolean, already: boolean, tell: Tell): void {
  const owner = already && !cordon ? undefined : ownerText(node);
  const known = owner === undefined ? {} : { owner };
  // Before a cordon of ours there was none.
  tell({ event: cordon ? 'cordoned' : 'uncordoned', node: node.metadata.name, already, ...(cordon && !already ? {} : known) });
}

async function attempt(
  node: Node,
  cordon: boolean,
  { cluster, tell, dryRun, owner }: Cordoning,
): Promise<Failure | 'again' | 'done'> {
  const isAlready = (node.spec?.unschedulable === true) === cordon;
  // Left behind by who uncordoned without it: the next one's cordon would be taken for ours.
  const isStale = isAlready && !cordon && ownerText(node) !== undefined;
  if (isAlready && !isStale) {
    tellDone(node, cordon, true, tell);
    return 'done';
  }
  if (dryRun !== 'client') {
    const patched = await cluster.patchNode(node.metadata.name, patchOf(node, cordon, owner), dryRun === 'server');
    if (!patched.ok) return patched.failure.code === 409 ? 'again' : patched.failure;
  }
  tellDone(node, cordon, isAlready, tell);
  return 'done';
}

/** False: it failed, and was told. A cordon that stands is left as it is, with its owner. */
export async function setCordon(found: Node, cordon: boolean, cordoning: Cordoning): Promise<boolean> {
  const { cluster, tell } = cordoning;
  const { name } = found.metadata;
  const doing = cordon ? 'cordon' : 'uncordon';
  let node = found;
  for (let tries = 1; ; tries += 1) {
    const result = await attempt(node, cordon, cordoning);
    if (result === 'done') return true;
    if (result !== 'again') {
      tell({ event: 'cordon-failed', node: name, doing, message: result.message });
      return false;
    }
    const again = await cluster.node(name);
    if (!again.ok || tries === ATTEMPTS) {
      const message = again.ok ? `the Node was changed by others ${ATTEMPTS} times meanwhile` : again.failure.message;
      tell({ event: 'cordon-failed', node: name, doing, message });
      return false;
    }
    node = again.value;
  }
}
