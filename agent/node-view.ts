import type { ApiAnswer } from '../lib/host/host.ts';
import type { Instant } from '../lib/model/units.ts';
import { wrongNode } from '../lib/policy/guards/others.ts';
import { type NodeSwitches, parseNodeSwitches } from '../lib/policy/node-switches.ts';
import { type NodeObject, parseNode } from '../lib/sources/cluster/node-object.ts';
import type { HostIdentity } from '../lib/sources/host/host-identity.ts';

/** This Node as the last answer of the API server had it: every write of the report reads it, too. */
export interface NodeView {
  observe(body: unknown, answer?: ApiAnswer): void;
  /** Whoever would otherwise ask the API server himself; one at a time. */
  listen(listener: (answer: ApiAnswer) => void): void;
  /** What a person told us through its annotations. */
  switches(now: Instant): NodeSwitches;
  /** Empty: no zone, or the Node has not been read yet. */
  readonly zone: string;
  readonly uid: string | undefined;
}

export function openNodeView(): NodeView {
  let latest: Pick<NodeObject, 'annotations' | 'zone' | 'uid'> | undefined;
  let tell = (_: ApiAnswer): void => undefined;
  return {
    observe(body, answer) {
      latest = parseNode(body) ?? latest;
      if (answer !== undefined) tell(answer);
    },
    listen(listener) {
      tell = listener;
    },
    switches: (now) => parseNodeSwitches(latest?.annotations ?? {}, now),
    get zone() {
      return latest?.zone ?? '';
    },
    get uid() {
      return latest?.uid;
    },
  };
}

/** Why a Node of our name must not be written: it is another machine's. */
export function strangerOf(body: unknown, host: HostIdentity | undefined): string | undefined {
  const node = parseNode(body);
  return node === undefined || host === undefined ? undefined : wrongNode({ node, host })?.why;
}
