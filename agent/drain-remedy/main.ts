import type { PodOfContainer } from '../../lib/drain-remedy/fencing.ts';
import { parseOrder, parseRecord } from '../../lib/drain-remedy/record.ts';
import { localControl } from '../../lib/host/control.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import type { MoveOrder } from '../../lib/model/move-work.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { MiB, seconds } from '../../lib/model/units.ts';
import { kubeletHealthz } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import { kubeletProcess } from '../../lib/sources/kubelet/kubelet-process.ts';
import { composeNode, type Node } from '../compose.ts';
import { agentApi, limited, patient } from '../drain/api.ts';
import { type ClusterPods, clusterPods } from '../drain/cluster-pods.ts';
import { gatherer } from '../gather.ts';
import { heldByPerson } from '../persons-word.ts';
import { readRuntimePods } from '../reboot/runtime-pods.ts';
import { type Fence, type KubeletState, openFence } from './fence.ts';
import { move } from './move.ts';
import type { MoveParts, Records } from './parts.ts';

const AT_ONCE = 20;

async function readText({ host }: Node, path: string): Promise<string | undefined> {
  const file = await host.readFile(path, { maxBytes: 4 * MiB });
  return file.kind === 'text' && !file.truncated ? file.text : undefined;
}

function recordsAt(node: Node, path: string): Records {
  return {
    async read(action) {
      const record = parseRecord((await readText(node, path)) ?? '');
      return record?.action === action ? record : undefined;
    },
    async save(record) {
      for (;;) {
        const written = await writeWhole({ path, text: `${JSON.stringify(record)}\n`, mode: 0o600 });
        if (written.kind === 'done') return;
        // Nothing more is done that nobody would remember.
        console.log(`the record could not be written: ${written.kind === 'failed' ? written.why : written.kind}`);
        await node.host.clock.sleep(seconds(5));
      }
    },
  };
}

async function statusAt(node: Node, path: string): Promise<Pick<Snapshot, 'time' | 'problems'> | undefined> {
  try {
    const status = JSON.parse((await readText(node, path)) ?? '') as Partial<Snapshot>;
    return typeof status.time === 'string' && Array.isArray(status.problems)
      ? { time: status.time, problems: status.problems }
      : undefined;
  } catch {
    return undefined;
  }
}

async function kubeletState({ host }: Node): Promise<KubeletState> {
  const gathered = gatherer(host, { thorough: false });
  const [process, health] = await Promise.all([gathered.fact(kubeletProcess), gathered.fact(kubeletHealthz)]);
  // Nobody can say: then it counts as alive, and its pods are its own.
  if (isUnavailable(process) || isUnavailable(health)) return { kind: 'alive' };
  if (process.kind === 'absent') return { kind: 'gone' };
  const answers = health.kind !== 'asked' || health.probes.some(({ answer }) => answer.kind === 'response');
  const isStopped = process.state === 'T' || process.state === 't';
  return answers && !isStopped ? { kind: 'alive' } : { kind: 'silent', pid: process.pid, startTicks: process.startTicks };
}

async function containersOf({ host }: Node): Promise<PodOfContainer | undefined> {
  const { containers } = await readRuntimePods(host, gatherer(host, { thorough: false }));
  return containers.kind === 'told' ? new Map(containers.value.map(({ id, pod }) => [id, pod])) : undefined;
}

function fenceOn(node: Node, cluster: ClusterPods): Fence {
  const { host } = node;
  return openFence({
    host,
    control: localControl(),
    cluster,
    kubelet: () => kubeletState(node),
    containers: () => containersOf(node),
  });
}

function compose(order: MoveOrder): MoveParts {
  const { kubeconfig, nodeName } = order;
  const node = composeNode({ kubeconfig, nodeName });
  const { clock } = node.host;
  const api = patient(limited(agentApi(node.cluster), AT_ONCE), clock);
  const cluster = clusterPods(api);
  return {
    order,
    clock,
    api,
    cluster,
    records: recordsAt(node, order.recordFile),
    status: () => statusAt(node, order.statusFile),
    heldByPerson: () => heldByPerson(node.host),
    ...(order.settings.deadKubelet ? { fence: fenceOn(node, cluster) } : {}),
    random: Math.random,
    log: (text) => console.log(text),
  };
}

/** In a unit of its own, so that the daemon stays small and its end ends nothing: the order is on disk, and how far it is, too. */
async function main(): Promise<void> {
  const text = await readText(composeNode(), process.argv[2] ?? '');
  const order = parseOrder(text ?? '');
  if (order === undefined) {
    console.log('there is no order that could be read');
    process.exitCode = 1;
    return;
  }
  const { ending } = await move(compose(order));
  console.log(ending === undefined ? 'ended' : `${ending.outcome}: ${ending.message}`);
}

void main();
