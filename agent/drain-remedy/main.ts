import type { PodOfContainer } from '../../lib/drain-remedy/fencing.ts';
import { parseOrder, parseRecord } from '../../lib/drain-remedy/record.ts';
import { localControl } from '../../lib/host/control.ts';
import type { Clock } from '../../lib/host/host.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import type { MoveOrder } from '../../lib/model/move-work.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { type Duration, MiB, seconds } from '../../lib/model/units.ts';
import { kubeletHealthz } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import { kubeletProcess } from '../../lib/sources/kubelet/kubelet-process.ts';
import { runtimeEndpoint } from '../../lib/sources/runtime/runtime-endpoint.ts';
import { composeNode, type Node } from '../compose.ts';
import { type Api, agentApi, limited, patient } from '../drain/api.ts';
import { type ClusterPods, clusterPods } from '../drain/cluster-pods.ts';
import { gatherer } from '../gather.ts';
import { heldByPerson } from '../persons-word.ts';
import { podsOfNode, readBlockers } from '../reboot/blockers.ts';
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

/** The times of a fleet are compared: all by the API server's clock, as its answers tell it. */
function byServer(api: Api, clock: Clock): { readonly api: Api; readonly clock: Clock; readonly ahead: () => Duration } {
  let ahead: Duration = 0;
  return {
    async api(call) {
      const answer = await api(call);
      const date = answer.kind === 'response' ? answer.date : undefined;
      // The header has whole seconds: less than that is no difference.
      if (date !== undefined) ahead = Math.abs(date - clock.now()) < seconds(2) ? 0 : date - clock.now();
      return answer;
    },
    clock: { ...clock, now: () => clock.now() + ahead },
    ahead: () => ahead,
  };
}

async function statusAt(node: Node, path: string, ahead: Duration): Promise<Pick<Snapshot, 'time' | 'problems'> | undefined> {
  try {
    const status = JSON.parse((await readText(node, path)) ?? '') as Partial<Snapshot>;
    return typeof status.time === 'string' && Array.isArray(status.problems)
      ? { time: new Date(Date.parse(status.time) + ahead).toISOString(), problems: status.problems }
      : undefined;
  } catch {
    return undefined;
  }
}

async function kubeletState({ host }: Node): Promise<KubeletState> {
  const gathered = gatherer(host, { thorough: false });
  const [process, health] = await Promise.all([gathered.fact(kubeletProcess), gathered.fact(kubeletHealthz)]);
  // Nobody can say, or it is a part of something larger: then it counts as alive, and its pods are its own.
  if (isUnavailable(process) || isUnavailable(health)) return { kind: 'alive' };
  if (process.kind === 'absent') return { kind: 'gone' };
  if (process.layout !== 'systemd') return { kind: 'alive' };
  const answers = health.kind !== 'asked' || health.probes.some(({ answer }) => answer.kind === 'response');
  const isStopped = process.state === 'T' || process.state === 't';
  return answers && !isStopped ? { kind: 'alive' } : { kind: 'silent', pid: process.pid, startTicks: process.startTicks };
}

async function containersOf({ host }: Node): Promise<PodOfContainer | undefined> {
  const endpoint = await gatherer(host, { thorough: false }).fact(runtimeEndpoint);
  const { containers } = await readRuntimePods(host, endpoint);
  return containers.kind === 'told' ? new Map(containers.value.map(({ id, pod }) => [id, pod])) : undefined;
}

function fenceOn(node: Node, cluster: ClusterPods, clock: Clock): Fence {
  const { host } = node;
  return openFence({
    // The end of a pod's grace period is a time of the API server's.
    host: { clock, processes: () => host.processes(), readFile: (path, options) => host.readFile(path, options) },
    control: localControl(),
    cluster,
    kubelet: () => kubeletState(node),
    containers: () => containersOf(node),
  });
}

function compose(order: MoveOrder): MoveParts {
  const { kubeconfig, nodeName } = order;
  const node = composeNode({ kubeconfig, nodeName });
  const { api: asked, clock, ahead } = byServer(agentApi(node.cluster), node.host.clock);
  const api = patient(limited(asked, AT_ONCE), clock);
  const cluster = clusterPods(api);
  return {
    order,
    clock,
    api,
    cluster,
    records: recordsAt(node, order.recordFile),
    status: () => statusAt(node, order.statusFile, ahead()),
    heldByPerson: () => heldByPerson(node.host),
    blockers: () => readBlockers(node.host, podsOfNode(node.host, order.node), order.blockers),
    ...(order.settings.deadKubelet ? { fence: fenceOn(node, cluster, clock) } : {}),
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
