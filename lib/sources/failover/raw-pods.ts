import type { HostView } from '../../host/host.ts';
import { type JsonObject, toObject, toObjects, toText, toTextRecord } from '../../model/json.ts';
import { type Asked, askFor } from './ask.ts';

/** A pod as the API server has it, with the parts that decide about its end. */
export interface RawPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly mirror: boolean;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly status: JsonObject;
}

/** As lib/sources/cluster/node-pods.ts. */
const MOST_PODS = 2000;

function ownerOf(references: unknown): RawPod['owner'] {
  const owners = toObjects(references);
  const owner = owners.find(({ controller }) => controller === true);
  return owner === undefined ? undefined : { kind: toText(owner.kind), name: toText(owner.name) };
}

export function parseRawPods(body: unknown): readonly RawPod[] {
  return toObjects(toObject(body).items)
    .slice(0, MOST_PODS)
    .map((pod) => {
      const metadata = toObject(pod.metadata);
      return {
        namespace: toText(metadata.namespace),
        name: toText(metadata.name),
        labels: toTextRecord(metadata.labels),
        owner: ownerOf(metadata.ownerReferences),
        mirror: 'kubernetes.io/config.mirror' in toTextRecord(metadata.annotations),
        metadata,
        spec: toObject(pod.spec),
        status: toObject(pod.status),
      };
    });
}

/** What has ended needs no successor. */
export const hasEnded = ({ status }: RawPod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

export const readRawPods = (host: HostView, node: string): Promise<Asked<readonly RawPod[]>> =>
  askFor(host, `/api/v1/pods?fieldSelector=spec.nodeName%3D${encodeURIComponent(node)}&resourceVersion=0`, parseRawPods);
