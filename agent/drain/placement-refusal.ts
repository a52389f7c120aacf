import type { Pod } from '../../lib/drain/objects.ts';
import type { DrainContext } from './context.ts';
import { preCheck } from './pre-check.ts';

/** Says where the pods would find room; a text: they do not, and it is insisted on. */
export async function placementRefusal(
  { cluster, options, tell }: Pick<DrainContext, 'cluster' | 'options' | 'tell'>,
  { node, pods, leaving }: { readonly node: string; readonly pods: readonly Pod[]; readonly leaving: ReadonlySet<string> },
): Promise<string | undefined> {
  if (options.placement === 'off') return undefined;
  const checked = await preCheck(cluster, pods, leaving);
  const isRequired = options.placement === 'require';
  if (checked.kind === 'not-judged') {
    const message = `whether the pods fit elsewhere was not judged: ${checked.why}`;
    tell({ event: 'note', node, message });
    return isRequired ? message : undefined;
  }
  const { placements } = checked;
  if (placements.length > 0) tell({ event: 'placed', node, placements });
  const nowhere = placements.filter(({ result }) => result === 'nowhere').map(({ pod }) => pod);
  return isRequired && nowhere.length > 0 ? `no other node has room for ${nowhere.join(', ')}` : undefined;
}
