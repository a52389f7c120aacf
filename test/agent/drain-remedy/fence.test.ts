import { describe, expect, it } from 'vitest';
import type { ClusterPods } from '../../../agent/drain/cluster-pods.ts';
import { type KubeletState, openFence } from '../../../agent/drain-remedy/fence.ts';
import type { Pod } from '../../../lib/drain/objects.ts';
import { minutes, seconds } from '../../../lib/model/units.ts';
import { fakeNode } from '../../fakes/node.ts';
import { virtualClock } from '../../fakes/sim/clock.ts';

const UID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const group = (uid: string) => `0::/kubepods/pod${uid}/${'a'.repeat(64)}`;

interface Process {
  readonly groups: string;
  /** Of SIGKILL it takes no notice: uninterruptible. */
  readonly stuck?: boolean;
  readonly forks?: number;
}

function host(kubelet: KubeletState = { kind: 'gone' }) {
  const clock = virtualClock();
  const processes = new Map<number, Process>([
    [10, { groups: group(UID) }],
    [20, { groups: group(OTHER) }],
    [30, { groups: '0::/system.slice/sshd.service' }],
  ]);
  const signals: string[] = [];
  const removed: string[] = [];
  const state = { kubelet, terminating: true, evictCode: 201, truncated: false };
  const pod = (uid: string, name: string): Pod => ({
    metadata: {
      name,
      uid,
      namespace: 'default',
      ...(state.terminating && uid === UID
        ? { deletionTimestamp: new Date(Date.parse('2026-01-01T00:01:00Z')).toISOString() }
        : {}),
    },
    spec: { nodeName: 'web-1' },
  });
  const cluster = {
    podsOf: async () => ({ ok: true, value: [pod(UID, 'db'), pod(OTHER, 'other')] }),
    evictionVersion: async () => ({ ok: true, value: 'v1' }),
    evict: async ({ metadata }: Pod, removal: { gracePeriod: number }) => {
      if (state.evictCode !== 201)
        return { ok: false, failure: { code: state.evictCode, reason: '', message: 'no', causes: [] } };
      removed.push(`evict ${metadata.name} ${removal.gracePeriod}${processes.has(10) ? ' while it runs' : ''}`);
      return { ok: true, value: {} };
    },
    remove: async ({ metadata }: Pod, removal: { gracePeriod: number }) => {
      removed.push(`delete ${metadata.name} ${removal.gracePeriod}`);
      return { ok: true, value: {} };
    },
  } as unknown as ClusterPods;
  const node = fakeNode({});
  const fence = openFence({
    host: {
      clock,
      processes: async () => ({
        kind: 'processes',
        truncated: state.truncated,
        entries: [...processes.keys()].map((pid) => ({
          pid,
          parent: 1,
          name: 'p',
          state: 'S',
          threads: 1,
          cpuTicks: 0,
          startTicks: pid,
          kernelThread: false,
        })),
      }),
      readFile: async (path) => {
        const one = processes.get(Number(/\d+/.exec(path)?.[0]));
        return one === undefined ? await node.readFile(path) : { kind: 'text', text: one.groups, truncated: false };
      },
    },
    control: {
      async control(request) {
        if (request.kind !== 'signal-process') return { kind: 'failed', why: 'no' };
        signals.push(`${request.signal} ${request.pid}`);
        const one = processes.get(request.pid);
        if (request.signal === 'SIGKILL' && one?.stuck !== true) processes.delete(request.pid);
        if (one?.forks !== undefined && one.forks > 0) processes.set(request.pid + 100, { ...one, forks: one.forks - 1 });
        return { kind: 'done' };
      },
    },
    cluster,
    kubelet: async () => state.kubelet,
    containers: async () => undefined,
  });
  const look = async (times: number) => {
    const said: string[] = [];
    for (let time = 0; time < times; time += 1) {
      let isDone = false;
      void fence.look('web-1', new AbortController().signal).then((lines) => {
        said.push(...lines);
        isDone = true;
      });
      await clock.until(() => isDone, minutes(1));
      await clock.run(seconds(5));
    }
    return said;
  };
  return { look, processes, signals, removed, state };
}

describe('the pods of a dead kubelet', () => {
  it('are asked to end, killed when their grace is over, proved to be gone, and only then removed', async () => {
    const world = host();
    const said = await world.look(20);

    expect(world.signals.slice(0, 2)).toEqual(['SIGTERM 10', 'SIGKILL 10']);
    expect(world.removed[0]).toBe('evict db 0');
    expect(said).toContain('default/db: no process is left, removed');
  });

  it('are those whose deletion was granted, and no others', async () => {
    const world = host();
    await world.look(20);

    expect(world.signals.filter((one) => one.endsWith(' 20') || one.endsWith(' 30'))).toEqual([]);
    expect(world.removed.filter((one) => one.includes('other'))).toEqual([]);
  });

  it('are left alone as long as nothing was granted', async () => {
    const world = host();
    world.state.terminating = false;
    await world.look(20);

    expect([world.signals, world.removed]).toEqual([[], []]);
  });

  it('are left to a kubelet that lives, and to one that comes back', async () => {
    const world = host({ kind: 'alive' });
    await world.look(20);
    expect([world.signals, world.removed]).toEqual([[], []]);

    const other = host();
    await other.look(3);
    other.state.kubelet = { kind: 'alive' };
    await other.look(20);
    expect([other.signals, other.removed]).toEqual([[], []]);
  });

  it('stay while one process outlives SIGKILL', async () => {
    const world = host();
    world.processes.set(10, { groups: group(UID), stuck: true });
    const said = await world.look(20);

    expect(world.removed).toEqual([]);
    expect(said.at(-1)).toBe('default/db stays: 1 of its processes outlive SIGKILL');
  });

  it('are killed with what they fork meanwhile', async () => {
    const world = host();
    world.processes.set(10, { groups: group(UID), forks: 3 });
    await world.look(20);

    expect([...world.processes.keys()]).toEqual([20, 30]);
    expect(world.removed[0]).toBe('evict db 0');
  });

  it('stay while nobody knows whose a container is', async () => {
    const world = host();
    world.processes.set(40, { groups: `0::/k8s.io/${'b'.repeat(64)}` });
    const said = await world.look(20);

    expect(world.removed).toEqual([]);
    expect(said.at(-1)).toContain('in a container of which nobody knows whose it is');
  });

  it('stay while not every process of the host is known', async () => {
    const world = host();
    world.state.truncated = true;
    const said = await world.look(20);

    expect([world.signals, world.removed]).toEqual([[], []]);
    expect(said.at(-1)).toBe(
      'default/db stays: the processes of this host are not known: there are more processes than are listed',
    );
  });

  it('are deleted where a budget still counts them', async () => {
    const world = host();
    world.state.evictCode = 429;
    await world.look(20);

    expect(world.removed[0]).toBe('delete db 0');
  });

  it('wait until a hung kubelet was ended: woken up it would start again what was killed', async () => {
    const world = host({ kind: 'silent', pid: 99, startTicks: 99 });
    const said = await world.look(8);

    expect(world.signals).toEqual(['SIGKILL 99']);
    expect(said.join()).toContain('the kubelet (process 99) gives no answer and was ended');
    world.state.kubelet = { kind: 'gone' };
    await world.look(20);
    expect(world.removed[0]).toBe('evict db 0');
  });
});
