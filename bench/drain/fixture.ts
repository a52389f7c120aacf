import { setTimeout as rest } from 'node:timers/promises';
import type { Api } from '../../agent/drain/api.ts';
import type { Budget, Pod } from '../../lib/drain/objects.ts';
import { budgetObject, type Names, NODES, nodeObject, podSpec, podStatus } from '../../test/drain/objects.ts';
import type { PodIs, Situation } from '../../test/drain/situation.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Ask = (method: Method, path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The administrator: what fails is a fault of the bench. */
export const asker =
  (api: Api): Ask =>
  async (method, path, body) => {
    const call = { method, path, deadline: 30_000, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await api(call);
    if (answer.kind !== 'response') throw new Error(`${method} ${path}: ${answer.kind}`);
    return { status: answer.status, body: answer.body };
  };

async function must(ask: Ask, method: Method, path: string, body?: unknown): Promise<unknown> {
  const answer = await ask(method, path, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 400)}`);
}

const meta = (object: unknown) => (object as Pod).metadata;
const podsPath = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;

export interface Fixture {
  readonly names: Names;
  /** Pods that were terminating before. */
  readonly doomed: ReadonlySet<string>;
  /** Pods that are gone or going by now, and were neither before. */
  left(): Promise<ReadonlySet<string>>;
  isCordoned(): Promise<boolean>;
  /** One more ready pod, elsewhere. */
  open(labels: Readonly<Record<string, string>>): Promise<void>;
  /** Confirms deletions, as each pod's kubelet does, until it is stopped. */
  startKubelet(): () => Promise<void>;
  remove(): Promise<void>;
}

async function createPod(ask: Ask, is: PodIs, names: Names): Promise<string> {
  const spec = podSpec(is, names);
  const { namespace = '', name } = meta(spec);
  const created = await must(ask, 'POST', podsPath(namespace), spec);
  await must(ask, 'PATCH', `${podsPath(namespace)}/${name}/status`, { status: podStatus(is) });
  return meta(created).uid ?? '';
}

async function createOwners(ask: Ask, own: string, pods: readonly PodIs[]): Promise<Readonly<Record<string, string>>> {
  const template = { metadata: { labels: { none: 'of-them' } }, spec: { containers: [{ name: 'app', image: 'none' }] } };
  const spec = { selector: { matchLabels: { none: 'of-them' } }, template };
  const owner = async (kind: string, plural: string, name: string, more: object) => {
    const path = `/apis/apps/v1/namespaces/${own}/${plural}`;
    const made = await must(ask, 'POST', path, { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { ...spec, ...more } });
    return meta(made).uid ?? '';
  };
  const replicas = pods.filter(({ owner: is = 'ReplicaSet', labels }) => is === 'ReplicaSet' && labels !== undefined).length;
  return {
    ReplicaSet: await owner('ReplicaSet', 'replicasets', 'set', { replicas }),
    DaemonSet: await owner('DaemonSet', 'daemonsets', 'daemon', {}),
  };
}

async function settleBudgets(ask: Ask, own: string, version: string): Promise<void> {
  const path = `/apis/policy/${version}/namespaces/${own}/poddisruptionbudgets`;
  for (let tries = 0; tries < 60; tries += 1) {
    const { items } = (await must(ask, 'GET', path)) as {
      items: readonly (Budget & { status?: { observedGeneration?: number } })[];
    };
    if (items.every(({ status }) => (status?.observedGeneration ?? 0) > 0)) break;
    await rest(250);
  }
  // What changed last is seen by then, too.
  await rest(700);
}

export async function fixture(ask: Ask, situation: Situation, prefix: string, policy: string): Promise<Fixture> {
  const [own, other] = [`${prefix}-own`, `${prefix}-other`];
  const pods = situation.pods ?? [];
  const nodeName = (name: string) => `${prefix}-${name}`;
  for (const name of [own, other]) {
    await must(ask, 'POST', '/api/v1/namespaces', { metadata: { name } });
    await must(ask, 'POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  for (const name of NODES) {
    const { metadata, spec, status } = nodeObject(name, situation.cordoned === true && name === 'node', prefix);
    const { resourceVersion: _, ...plain } = metadata;
    await must(ask, 'POST', '/api/v1/nodes', { metadata: { ...plain, name: nodeName(name) }, spec });
    await must(ask, 'PATCH', `/api/v1/nodes/${nodeName(name)}/status`, { status });
  }
  const owners = await createOwners(ask, own, pods);
  const names: Names = { node: nodeName, own, other, owner: (kind) => owners[kind] ?? '00000000-0000-4000-8000-000000000000' };
  const uids = new Map<string, string>();
  for (const is of pods) uids.set(is.name, await createPod(ask, is, names));
  for (const is of situation.budgets ?? []) {
    const budget = budgetObject(is, own, other, `policy/${policy}`);
    await must(ask, 'POST', `/apis/policy/${policy}/namespaces/${meta(budget).namespace}/poddisruptionbudgets`, budget);
  }
  const doomed = new Set<string>();
  for (const { name, deleted } of pods) {
    if (deleted === undefined) continue;
    doomed.add(name);
    await must(ask, 'DELETE', `${podsPath(own)}/${name}`, { gracePeriodSeconds: deleted === 'long ago' ? 1 : 60 });
  }
  if (pods.some(({ deleted }) => deleted === 'long ago')) await rest(4_000);
  if (situation.budgets !== undefined) await settleBudgets(ask, own, policy);
  const list = async () => ((await must(ask, 'GET', podsPath(own))) as { items: readonly Pod[] }).items;
  if (situation.namespaceEnds === true) {
    await must(ask, 'DELETE', `/api/v1/namespaces/${own}`);
    for (const { name } of pods) doomed.add(name);
    while ((await list()).some(({ metadata }) => metadata.deletionTimestamp === undefined)) await rest(200);
  }

  async function confirm(since: Map<string, number>): Promise<void> {
    for (const { metadata } of await list()) {
      const is = pods.find(({ name }) => name === metadata.name);
      if (metadata.deletionTimestamp === undefined || is === undefined || is.kubelet === 'dead') continue;
      const first = since.get(metadata.name) ?? Date.now();
      since.set(metadata.name, first);
      if (Date.now() - first < (is.kubelet === 'slow' ? 2_500 : 300)) continue;
      await ask('DELETE', `${podsPath(own)}/${metadata.name}`, { gracePeriodSeconds: 0 });
      if (is.comesBack === true) await createPod(ask, { ...is, on: 'elsewhere', comesBack: false }, names);
    }
  }

  return {
    names,
    doomed,
    async left() {
      const now = new Map((await list()).map(({ metadata }) => [metadata.uid, metadata]));
      const isThere = (uid: string) => now.has(uid) && now.get(uid)?.deletionTimestamp === undefined;
      return new Set([...uids].filter(([name, uid]) => !isThere(uid) && !doomed.has(name)).map(([name]) => name));
    },
    async isCordoned() {
      const { spec } = (await must(ask, 'GET', `/api/v1/nodes/${nodeName('node')}`)) as { spec: { unschedulable?: boolean } };
      return spec.unschedulable === true;
    },
    open: async (labels) => void (await createPod(ask, { name: 'opener', on: 'elsewhere', labels }, names)),
    startKubelet() {
      const since = new Map<string, number>();
      let stopped = false;
      const loop = async () => {
        while (!stopped) {
          await confirm(since);
          await rest(150);
        }
      };
      const running = loop();
      return async () => {
        stopped = true;
        await running;
      };
    },
    async remove() {
      for (const { metadata } of await list()) {
        if (metadata.finalizers !== undefined)
          await ask('PATCH', `${podsPath(own)}/${metadata.name}`, { metadata: { finalizers: null } });
        await ask('DELETE', `${podsPath(own)}/${metadata.name}`, { gracePeriodSeconds: 0 });
      }
      for (const name of [own, other]) await ask('DELETE', `/api/v1/namespaces/${name}`);
      for (const name of NODES) await ask('DELETE', `/api/v1/nodes/${nodeName(name)}`);
    },
  };
}
