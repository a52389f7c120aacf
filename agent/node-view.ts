import type { GuardedNode } from '../lib/model/guard.ts';
import type { Instant } from '../lib/model/units.ts';
import { wrongNode } from '../lib/policy/guards/others.ts';
import { type NodeSwitches, parseNodeSwitches } from '../lib/policy/node-switches.ts';
import { parseNode } from '../lib/sources/cluster/node-object.ts';
import type { HostIdentity } from '../lib/sources/host/host-identity.ts';

/** This Node as the last answer of the API server had it: every write of the report reads it, too. */
export interface NodeView {
  observe(body: unknown): void;
  /** What a person told us through its annotations. */
  switches(now: Instant): NodeSwitches;
}

export function openNodeView(): NodeView {
  let annotations: GuardedNode['annotations'] = {};
  return {
    observe(body) {
      annotations = parseNode(body)?.annotations ?? annotations;
    },
    switches: (now) => parseNodeSwitches(annotations, now),
  };
}

/** Why a Node of our name must not be written: it is another machine's. */
export function strangerOf(body: unknown, host: HostIdentity | undefined): string | undefined {
  const node = parseNode(body);
  return node === undefined || host === undefined ? undefined : wrongNode({ node, host })?.why;
}
