import type { Lab } from '../../test/lab/lab.ts';
import { type Seen, type Watch, watchApi } from '../repairs/watch-api.ts';

interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}
interface Event {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}
interface PodObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
}

/** Everything that the API server said of a drain. */
export interface Witness {
  /** Of the drain, each once, in the order in which they came. */
  reasons(): readonly string[];
  conditions(type: string): readonly NodeCondition[];
  /** Whether the node was cordoned, each change. */
  cordons(): readonly boolean[];
  /** Pods that were deleted more than once, or whose end was set anew; and all that were deleted. */
  deletions(): { readonly names: readonly string[]; readonly twice: readonly string[] };
  end(): void;
}

const OF_DRAIN = /^(Cordon|Uncordon|Drain)/;

function distinct<Value>(values: readonly Value[], key: (value: Value) => string): readonly Value[] {
  const out: Value[] = [];
  for (const value of values) {
    const last = out.at(-1);
    if (last === undefined || key(last) !== key(value)) out.push(value);
  }
  return out;
}

export function witness(lab: Lab, node: string): Witness {
  const nodes = watchApi(lab.state, `/api/v1/nodes?fieldSelector=metadata.name%3D${node}`);
  const events = watchApi(lab.state, '/api/v1/namespaces/default/events');
  const pods = watchApi(lab.state, `/api/v1/namespaces/default/pods?fieldSelector=spec.nodeName%3D${node}`);
  const all: readonly Watch[] = [nodes, events, pods];
  const as = <Kind>({ object }: Seen) => object as unknown as Kind;
  return {
    reasons() {
      const seen = events.seen.filter(({ kind }) => kind === 'ADDED').map(as<Event>);
      return seen
        .filter(({ reason, involvedObject }) => OF_DRAIN.test(reason) && involvedObject.name === node)
        .map(({ reason }) => reason);
    },
    conditions(type) {
      const list = nodes.seen.flatMap(({ object }) => {
        const found = (object.status.conditions as readonly NodeCondition[] | undefined)?.find((one) => one.type === type);
        return found === undefined ? [] : [found];
      });
      return distinct(list, ({ status, message }) => `${status} ${message}`);
    },
    cordons() {
      const list = nodes.seen.map(({ object }) => (object.spec as { unschedulable?: boolean }).unschedulable === true);
      return distinct(list, String);
    },
    deletions() {
      const ends = new Map<string, Set<string>>();
      const names = new Map<string, string>();
      for (const { metadata } of pods.seen.map(as<PodObject>)) {
        if (metadata.deletionTimestamp === undefined) continue;
        names.set(metadata.uid, metadata.name);
        ends.set(metadata.uid, (ends.get(metadata.uid) ?? new Set()).add(metadata.deletionTimestamp));
      }
      // The kubelet's own last deletion, with grace 0, sets it to the moment of its beginning or later.
      const twice = [...ends].filter(([, times]) => times.size > 2).map(([uid]) => names.get(uid) ?? uid);
      return { names: [...names.values()], twice };
    },
    end() {
      for (const watch of all) watch.end();
    },
  };
}
