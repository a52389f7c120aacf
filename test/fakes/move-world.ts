import type { Api, ApiCall } from '../../agent/drain/api.ts';
import { clusterPods } from '../../agent/drain/cluster-pods.ts';
import { move } from '../../agent/drain-remedy/move.ts';
import type { MoveParts } from '../../agent/drain-remedy/parts.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { meetsAll, parseSelector } from '../../lib/model/label-selector.ts';
import type { DrainSettings, MoveOrder, MoveRecord } from '../../lib/model/move-work.ts';
import { NO_BLOCKERS } from '../../lib/model/reboot.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { type VirtualClock, virtualClock } from './sim/clock.ts';

type Json = Record<string, unknown>;
type Mutable = { [key: string]: unknown; metadata: Json; spec: Json; status: Json };

const SETTINGS: DrainSettings = {
  conditions: [],
  nodeSelector: '',
  buffer: minutes(10),
  groupLabels: [],
  maxCordoned: { count: 1, ratio: 0 },
  maxCordonedOfGroup: { count: 1, ratio: 0 },
  maxGracePeriod: minutes(8),
  evictionHeadroom: seconds(30),
  evictDaemonSetPods: false,
  evictStatefulSetPods: false,
  evictEmptyDirPods: false,
  evictUnreplicatedPods: false,
  protectedPodAnnotations: [],
  partial: false,
  deadKubelet: false,
};

export const order = (changes: Partial<MoveOrder> = {}, settings: Partial<DrainSettings> = {}): MoveOrder => ({
  verb: 'drain',
  action: '20260101-0001.1',
  incident: '20260101-0001',
  node: 'web-1',
  type: 'KernelDeadlock',
  reason: 'DockerHung',
  since: Date.parse('2026-01-01T00:00:00Z') - 60_000,
  last: false,
  settings: { ...SETTINGS, ...settings },
  limits: {
    maxConcurrent: { count: 1, ratio: 0 },
    perZone: { count: 1, ratio: 0 },
    unhealthy: { count: 2, ratio: 0.3 },
    sameReason: { count: 5, ratio: 0.02 },
    within: minutes(10),
  },
  windows: [],
  blockers: NO_BLOCKERS,
  controlPlane: false,
  statusFile: '/status',
  recordFile: '/record',
  ...changes,
});

export interface FakePod {
  readonly name: string;
  readonly kind?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly emptyDir?: boolean;
  readonly grace?: number;
  /** Until its kubelet has confirmed; absent: 2 s. */
  readonly confirms?: number;
  /** Refused by a budget so often. */
  readonly refusals?: number;
}

interface StoredPod {
  readonly is: FakePod;
  readonly object: Mutable;
  ends: number;
  refusals: number;
}

const ok = (body: unknown, status = 200): ApiAnswer => ({ kind: 'response', status, body, took: 1 });
const no = (status: number, reason: string, details: Json = {}): ApiAnswer =>
  ok({ kind: 'Status', status: 'Failure', reason, message: `${reason} by the fake`, details }, status);

/** A strategic merge as far as it is used here: null deletes, conditions merge by type. */
function merge(target: Json, patch: Json): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else if (key === 'conditions') {
      const list = (target[key] ?? []) as Json[];
      for (const one of value as Json[]) {
        const found = list.find(({ type }) => type === one.type);
        if (found === undefined) list.push({ ...one });
        else Object.assign(found, one);
      }
      target[key] = list;
    } else if (typeof value === 'object' && !Array.isArray(value)) {
      const below = (target[key] ?? {}) as Json;
      merge(below, value as Json);
      target[key] = below;
    } else target[key] = value;
  }
}

export interface Seen {
  readonly at: number;
  readonly what: string;
}

export class Killed extends Error {}

/** One node with its pods, the Leases of its fleet, and an agent that says what it thinks. */
export class MoveWorld {
  readonly clock: VirtualClock;
  readonly nodes = new Map<string, Mutable>();
  readonly leases = new Map<string, Mutable>();
  readonly events: { readonly name: string; readonly reason: string; readonly message: string }[] = [];
  readonly pods = new Map<string, StoredPod>();
  /** Of each pod, by uid, how often its eviction was granted. */
  readonly granted = new Map<string, number>();
  /** Everything that was changed, in order. */
  readonly changes: Seen[] = [];
  trouble: 'active' | 'clearing' | 'gone' = 'active';
  /** The agent does not write its status. */
  silent = false;
  paused: string | undefined;
  blocked: readonly string[] = [];
  record: MoveRecord | undefined;
  /** Called before each operation. */
  before: (operation: string, world: MoveWorld) => void = () => undefined;
  #version = 1;

  constructor(clock: VirtualClock = virtualClock(), node = 'web-1') {
    this.clock = clock;
    this.addNode(node);
  }

  addNode(name: string, labels: Json = {}): void {
    this.nodes.set(name, {
      kind: 'Node',
      metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels, annotations: {} },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' }] },
    });
  }

  addPod(is: FakePod, node = 'web-1'): void {
    const uid = `uid-${is.name}`;
    const kind = is.kind ?? 'ReplicaSet';
    const owners = kind === 'none' ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'o', controller: true }] };
    const object: Mutable = {
      metadata: { name: is.name, namespace: 'default', uid, annotations: { ...is.annotations }, ...owners },
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: is.grace ?? 30,
        volumes: is.emptyDir === true ? [{ name: 'e', emptyDir: {} }] : [],
      },
      status: { phase: 'Running' },
    };
    this.pods.set(is.name, { is, object, ends: Number.POSITIVE_INFINITY, refusals: is.refusals ?? 0 });
  }

  get node(): Mutable {
    const node = this.nodes.get('web-1');
    if (node === undefined) throw new Error('no node');
    return node;
  }

  /** What a person does; whatever it is, the Node is another one afterwards. */
  change(name: string, patch: Json): void {
    const node = this.nodes.get(name);
    if (node === undefined) return;
    merge(node as unknown as Json, patch);
    this.#touch(node);
  }

  #touch(object: Mutable): void {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
  }

  condition(type: string, name = 'web-1'): Json | undefined {
    return ((this.nodes.get(name)?.status.conditions ?? []) as Json[]).find((one) => one.type === type);
  }

  get reasons(): readonly string[] {
    return this.events.map(({ reason }) => reason);
  }

  #note(what: string): void {
    this.changes.push({ at: this.clock.now(), what });
  }

  #patch(objects: Map<string, Mutable>, name: string, body: string): ApiAnswer {
    const object = objects.get(name);
    if (object === undefined) return no(404, 'NotFound');
    const patch = JSON.parse(body) as Json;
    const version = ((patch.metadata ?? {}) as Json).resourceVersion;
    if (version !== undefined && version !== object.metadata.resourceVersion) return no(409, 'Conflict');
    merge(object as unknown as Json, patch);
    this.#touch(object);
    return ok(structuredClone(object));
  }

  #evict(stored: StoredPod, body: string): ApiAnswer {
    const { metadata } = stored.object;
    const { deleteOptions = {} } = JSON.parse(body) as { deleteOptions?: { gracePeriodSeconds?: number } };
    if (stored.refusals > 0) {
      stored.refusals -= 1;
      const causes = [
        { reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods and has 1 currently' },
      ];
      return no(429, 'TooManyRequests', { causes });
    }
    if (metadata.deletionTimestamp === undefined) {
      this.granted.set(String(metadata.uid), (this.granted.get(String(metadata.uid)) ?? 0) + 1);
      const grace = deleteOptions.gracePeriodSeconds ?? Number(stored.object.spec.terminationGracePeriodSeconds);
      metadata.deletionTimestamp = new Date(this.clock.now() + grace * 1000).toISOString();
      metadata.deletionGracePeriodSeconds = grace;
      stored.ends = this.clock.now() + (stored.is.confirms ?? 2000);
      this.#note(`evict ${stored.is.name}`);
    } else this.granted.set(String(metadata.uid), (this.granted.get(String(metadata.uid)) ?? 0) + 1);
    if (deleteOptions.gracePeriodSeconds === 0) this.pods.delete(stored.is.name);
    return ok({ kind: 'Status' }, 201);
  }

  #pods(method: string, name: string, action: string | undefined, body: string): ApiAnswer {
    const stored = this.pods.get(name);
    if (stored === undefined) return no(404, 'NotFound');
    if (action === 'eviction') return this.#evict(stored, body);
    if (method === 'DELETE') this.pods.delete(name);
    return ok(structuredClone(stored.object));
  }

  #listPods(query: URLSearchParams): ApiAnswer {
    const node = /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
    const items = [...this.pods.values()].map(({ object }) => object).filter(({ spec }) => spec.nodeName === node);
    return ok({ kind: 'PodList', metadata: {}, items: structuredClone(items) });
  }

  #leases(method: string, name: string | undefined, query: URLSearchParams, body: string): ApiAnswer {
    if (method === 'GET') {
      const wanted = /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
      const items = [...this.leases].filter(([key]) => wanted === undefined || key === wanted).map(([, lease]) => lease);
      return ok({ kind: 'LeaseList', metadata: {}, items: structuredClone(items) });
    }
    if (method === 'PATCH') return this.#patch(this.leases, name ?? '', body);
    const lease = JSON.parse(body) as Mutable;
    const key = String(lease.metadata.name);
    if (this.leases.has(key)) return no(409, 'AlreadyExists');
    this.#touch(lease);
    this.leases.set(key, lease);
    return ok(structuredClone(lease), 201);
  }

  #event(body: string): ApiAnswer {
    const event = JSON.parse(body) as { metadata: { name: string }; reason: string; message: string };
    const { name } = event.metadata;
    if (this.events.some((one) => one.name === name)) return no(409, 'AlreadyExists');
    this.events.push({ name, reason: event.reason, message: event.message });
    this.#note(`event ${event.reason}`);
    return ok(event, 201);
  }

  serve({ method, path, body = '' }: ApiCall): ApiAnswer {
    for (const [key, { ends }] of this.pods) if (ends <= this.clock.now()) this.pods.delete(key);
    const { pathname, searchParams } = new URL(path, 'https://x');
    const [, pod, action] = /\/pods\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    if (pod !== undefined) return this.#pods(method, pod, action, body);
    if (pathname === '/api/v1/pods') return this.#listPods(searchParams);
    const [, node, status] = /\/nodes\/([^/]+)(\/status)?$/.exec(pathname) ?? [];
    if (node !== undefined && method === 'PATCH') {
      const before = this.nodes.get(node)?.spec.unschedulable === true;
      const answer = this.#patch(this.nodes, node, body);
      const after = this.nodes.get(node)?.spec.unschedulable === true;
      if (before !== after) this.#note(after ? 'cordon' : 'uncordon');
      else if (status !== undefined) this.#note('condition');
      return answer;
    }
    if (node !== undefined) return this.nodes.has(node) ? ok(structuredClone(this.nodes.get(node))) : no(404, 'NotFound');
    if (pathname === '/api/v1/nodes') {
      const wanted = parseSelector(searchParams.get('labelSelector') ?? '') ?? [];
      const all = [...this.nodes.values()].filter(({ metadata }) => meetsAll(metadata.labels as Record<string, string>, wanted));
      const items = searchParams.has('fieldSelector') ? all.filter(({ spec }) => spec.unschedulable === true) : all;
      return ok({ kind: 'NodeList', metadata: {}, items: structuredClone(items) });
    }
    const lease = /\/leases(?:\/([^/]+))?$/.exec(pathname);
    if (lease !== null) return this.#leases(method, lease[1], searchParams, body);
    if (pathname.endsWith('/events')) return this.#event(body);
    if (pathname === '/api/v1')
      return ok({ resources: [{ name: 'pods/eviction', kind: 'Eviction', group: 'policy', version: 'v1' }] });
    if (pathname.includes('/daemonsets/')) return ok({ kind: 'DaemonSet' });
    if (pathname.endsWith('/poddisruptionbudgets')) return ok({ items: [] });
    return no(404, 'NotFound');
  }

  status() {
    const problems = [{ type: 'KernelDeadlock', reason: 'DockerHung', state: this.trouble }].filter(
      ({ state }) => state !== 'gone',
    );
    return { time: new Date(this.clock.now()).toISOString(), problems } as never;
  }
}

/** A node with two pods that a drain moves, one of them on second thoughts, and one that it leaves. */
export function web(): MoveWorld {
  const world = new MoveWorld();
  world.addPod({ name: 'a' });
  world.addPod({ name: 'b', refusals: 1 });
  world.addPod({ name: 'daemon', kind: 'DaemonSet' });
  return world;
}

/** One life of the program: once it is killed, nothing of it does anything any more. */
export function life(world: MoveWorld, given: MoveOrder, more: Partial<MoveParts> = {}) {
  const { promise: dead, reject } = Promise.withResolvers<never>();
  dead.catch(() => undefined);
  let alive = true;
  const kill = () => {
    alive = false;
    reject(new Killed());
  };
  const forever = () => new Promise<never>(() => undefined);
  const operate = async <Value>(name: string, work: () => Value): Promise<Value> => {
    if (!alive) return await forever();
    try {
      world.before(name, world);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kill();
      return await forever();
    }
    const value = work();
    try {
      world.before(`${name} done`, world);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kill();
      return await forever();
    }
    return value;
  };
  const api: Api = (call) => operate(`${call.method} ${call.path}`, () => world.serve(call));
  const parts: MoveParts = {
    order: given,
    clock: world.clock,
    api,
    cluster: clusterPods(api),
    records: {
      read: async (action) => (world.record?.action === action ? structuredClone(world.record) : undefined),
      save: (record) =>
        operate(`save ${record.stage}`, () => {
          world.record = structuredClone(record);
        }),
    },
    status: async () => (world.silent ? undefined : world.status()),
    heldByPerson: async () => world.paused,
    blockers: async () => world.blocked,
    random: () => 0.5,
    log: () => undefined,
    ...more,
  };
  return { kill, ended: Promise.race([move(parts), dead]) };
}

/** From the order to its end, in virtual time; undefined: it does not come to one within the bound. */
export async function runMove(
  world: MoveWorld,
  given: MoveOrder = order(),
  bound = minutes(90),
  more: Partial<MoveParts> = {},
): Promise<MoveRecord | undefined> {
  let record: MoveRecord | undefined;
  let failure: unknown;
  life(world, given, more).ended.then(
    (ended) => {
      record = ended;
    },
    (error) => {
      failure = error;
    },
  );
  await world.clock.until(() => record !== undefined || failure !== undefined, bound);
  if (failure !== undefined) throw failure;
  return record;
}
