import type { HostView } from '../../lib/host/host.ts';
import { type JsonObject, parseJson, toObject, toObjects, toText } from '../../lib/model/json.ts';
import { isUnavailable, type SourceFailure } from '../../lib/model/source.ts';
import { MiB, seconds } from '../../lib/model/units.ts';
import type { HostContainer, HostPod, Told } from '../../lib/reboot/empty.ts';
import type { RuntimeEndpoint, RuntimeService } from '../../lib/sources/runtime/runtime-endpoint.ts';

/** What the runtimes of this host say they run, and of which pods it is. */
export interface RuntimePods {
  readonly sandboxes: Told<readonly HostPod[]>;
  readonly containers: Told<readonly HostContainer[]>;
}

interface Listed {
  readonly sandboxes: readonly HostPod[];
  readonly containers: readonly HostContainer[];
}

const DEADLINE = seconds(3);
/** Where the kubelet had a pod from (pkg/kubelet/types): `api`, and for static pods `file` or `http`. */
const SOURCE = 'kubernetes.io/config.source';
/** dockershim and cri-dockerd keep annotations as labels. */
const DOCKER_SOURCE = `annotation.${SOURCE}`;

function toPod(uid: unknown, namespace: unknown, name: unknown, source: unknown): HostPod {
  const isStatic = source === 'file' || source === 'http';
  const full = `${toText(namespace)}/${toText(name)}`;
  return { uid: toText(uid), name: full, kind: isStatic ? 'static' : 'other', ended: false };
}

/** Pure: the answers of ListPodSandbox and ListContainers. */
export function fromCri(sandboxes: JsonObject, containers: JsonObject): Listed {
  const items = toObjects(sandboxes.items);
  const uidOf = new Map(items.map((item) => [toText(item.id), toText(toObject(item.metadata).uid)]));
  const pods = items.map(({ metadata, annotations }) => {
    const { uid, namespace, name } = toObject(metadata);
    return toPod(uid, namespace, name, toObject(annotations)[SOURCE]);
  });
  const own = [...uidOf].map(([id, pod]) => ({ id, pod }));
  // One without a sandbox that is listed is of a pod all the same: of one that nobody knows.
  const others = toObjects(containers.containers).map(({ id, podSandboxId }) => ({
    id: toText(id),
    pod: uidOf.get(toText(podSandboxId)) ?? 'without a sandbox',
  }));
  return { sandboxes: pods, containers: [...own, ...others] };
}

/** Pure: the answer of /containers/json?all=1; undefined: it is no such list. */
export function fromDocker(text: string): Listed | undefined {
  const list = parseJson(text);
  if (!Array.isArray(list)) return undefined;
  const items = toObjects(list).map(({ Id, Labels }) => ({ id: toText(Id), labels: toObject(Labels) }));
  const pods = items
    .filter(({ labels }) => labels['io.kubernetes.docker.type'] === 'podsandbox')
    .map(({ labels }) =>
      toPod(
        labels['io.kubernetes.pod.uid'],
        labels['io.kubernetes.pod.namespace'],
        labels['io.kubernetes.pod.name'],
        labels[DOCKER_SOURCE],
      ),
    );
  return { sandboxes: pods, containers: items.map(({ id, labels }) => ({ id, pod: toText(labels['io.kubernetes.pod.uid']) })) };
}

async function askCri(host: HostView, socketPath: string): Promise<Listed | string> {
  const ask = (method: string) => host.criCall({ socketPath, service: 'RuntimeService', method, deadline: DEADLINE });
  const [sandboxes, containers] = await Promise.all([ask('ListPodSandbox'), ask('ListContainers')]);
  if (sandboxes.kind === 'response' && containers.kind === 'response') return fromCri(sandboxes.response, containers.response);
  return 'the runtime does not list what it runs';
}

async function askDocker(host: HostView, socketPath: string): Promise<Listed | string> {
  const url = 'http://localhost/containers/json?all=1';
  const answer = await host.httpGet({ socketPath, url, deadline: DEADLINE, maxBytes: 16 * MiB });
  // A socket file without a daemon behind it: what it does not run is in no list.
  if (answer.kind === 'refused' || answer.kind === 'missing') return { sandboxes: [], containers: [] };
  const listed = answer.kind === 'response' && answer.status === 200 && !answer.truncated ? fromDocker(answer.body) : undefined;
  return listed ?? 'docker does not list what it runs';
}

const ask = (host: HostView, { name, socketPath }: RuntimeService) =>
  name === 'docker' ? askDocker(host, socketPath) : askCri(host, socketPath);

/** Docker that the kubelet does not use is asked, too: a container of it is none of a pod. */
export async function readRuntimePods(host: HostView, endpoint: RuntimeEndpoint | SourceFailure): Promise<RuntimePods> {
  const unknown = (why: string) => ({ kind: 'unknown', why }) as const;
  if (isUnavailable(endpoint)) return { sandboxes: unknown(endpoint.unavailable), containers: unknown(endpoint.unavailable) };
  const asked = endpoint.services.filter(({ name, role, assumed }) =>
    name === 'docker' ? assumed !== true : role !== 'backend',
  );
  const answers = await Promise.all(asked.map((service) => ask(host, service)));
  const failed = answers.find((answer) => typeof answer === 'string');
  const listed = answers.filter((answer) => typeof answer !== 'string');
  const containers = listed.flatMap((one) => one.containers);
  return {
    sandboxes: { kind: 'told', value: listed.flatMap((one) => one.sandboxes) },
    containers: failed === undefined ? { kind: 'told', value: containers } : unknown(failed),
  };
}
