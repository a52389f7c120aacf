import { isNotFound } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import type { Circumstances } from '../../lib/drain-remedy/stand-down.ts';
import { troubleOf } from '../../lib/drain-remedy/trouble.ts';
import { repairerOn } from '../../lib/policy/guards/others.ts';
import type { MoveParts } from './parts.ts';

const otherOn = ({ metadata, spec }: Node): string | undefined =>
  repairerOn({ annotations: metadata.annotations ?? {}, taints: spec?.taints ?? [] });

/** How things stand at this moment; a text: the API server could not say. */
export async function look(parts: MoveParts): Promise<Circumstances | string> {
  const { cluster, clock, order } = parts;
  const [found, held, status] = await Promise.all([cluster.node(order.node), parts.heldByPerson(), parts.status()]);
  if (!found.ok && !isNotFound(found.failure)) return found.failure.message;
  const node = found.ok ? found.value : undefined;
  const now = clock.now();
  return {
    node,
    trouble: troubleOf(node, status, order, now),
    held,
    other: node === undefined ? undefined : otherOn(node),
    now,
  };
}
