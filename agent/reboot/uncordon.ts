import { CORDONED_BY } from '../../lib/model/cordon.ts';
import { MOVED_FOR } from '../../lib/model/move-work.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { ownerOf, readNodeFacts } from './node-facts.ts';

/** `lifted`: by us, now. `open`: it was not cordoned. `theirs`: the cordon is another's, and stays. */
export type Uncordoned =
  | { readonly kind: 'lifted' | 'open' | 'absent' }
  | { readonly kind: 'theirs'; readonly owner: string | undefined }
  | { readonly kind: 'failed'; readonly why: string };

/** Somebody changes the Node between our look and our patch this often: something else is at work on it. */
const ATTEMPTS = 5;

/** Lifts a cordon that is ours when the patch is made, and no other: the patch names the Node that was looked at. */
export async function uncordonOwn(
  cluster: Pick<ClusterPods, 'node' | 'patchNode'>,
  node: string,
  isOurs: (owner: string | undefined) => boolean,
  /** Told once, before it is lifted. */
  onOurs: () => Promise<void> = async () => undefined,
): Promise<Uncordoned> {
  for (let tries = 1; ; tries += 1) {
    const answer = await readNodeFacts(cluster, node);
    if (answer.kind === 'absent') return { kind: 'absent' };
    if (answer.kind === 'unknown') return { kind: 'failed', why: answer.why };
    const { unschedulable, resourceVersion } = answer.value;
    const owner = ownerOf(answer.value);
    if (!unschedulable) return { kind: 'open' };
    if (!isOurs(owner)) return { kind: 'theirs', owner };
    const metadata = { resourceVersion, annotations: { [CORDONED_BY]: null, [MOVED_FOR]: null } };
    if (tries === 1) await onOurs();
    const patched = await cluster.patchNode(node, { metadata, spec: { unschedulable: null } }, false);
    if (patched.ok) return { kind: 'lifted' };
    const { code, message } = patched.failure;
    if (code !== 409) return { kind: 'failed', why: message };
    if (tries === ATTEMPTS) return { kind: 'failed', why: `the Node was changed by others ${ATTEMPTS} times meanwhile` };
  }
}
