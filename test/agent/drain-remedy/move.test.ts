import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../lib/model/units.ts';
import { MoveWorld, order, runMove, web } from '../../fakes/move-world.ts';

const CORDONED_BY = 'nodemend.io/cordoned-by';
const annotations = ({ node }: MoveWorld) => node.metadata.annotations as Record<string, string>;

/** Does something once, as soon as an operation of this name is about to be done. */
function at(world: MoveWorld, operation: RegExp, act: () => void): void {
  let isDone = false;
  world.before = (name) => {
    if (isDone || !operation.test(name)) return;
    isDone = true;
    act();
  };
}

describe('a drain', () => {
  it('cordons, waits, drains and says so as Draino did', async () => {
    const world = web();

    const record = await runMove(world);

    expect(record).toMatchObject({
      stage: 'ended',
      owned: true,
      ending: { outcome: 'succeeded', message: 'drained: 2 pods moved away' },
    });
    expect(world.reasons).toEqual(['CordonStarting', 'CordonSucceeded', 'DrainScheduled', 'DrainStarting', 'DrainSucceeded']);
    expect(world.events[2]?.message).toMatch(/^Will drain node after 2026-01-01T00:00:1\d\.\d{3}Z$/);
    expect([...world.pods.keys()]).toEqual(['daemon']);
    expect(world.node.spec.unschedulable).toBe(true);
    expect(annotations(world)[CORDONED_BY]).toMatch(/^agent: drain for KernelDeadlock\/DockerHung, incident 20260101-0001, /);
    expect(world.condition('DrainScheduled')).toMatchObject({
      status: 'False',
      reason: 'Draino',
      message: expect.stringMatching(/^Drain activity scheduled 2026-01-01T00:00:1\dZ \| Completed: 2026-01-01T00:00:[12]\dZ$/),
    });
  });

  it('says True from the schedule to the end, and moves the time of the transition with the status alone', async () => {
    const world = web();
    const seen: unknown[] = [];
    world.before = (name) => {
      if (name.startsWith('GET /api/v1/nodes/')) seen.push(structuredClone(world.condition('DrainScheduled')));
    };

    await runMove(world);

    const going = seen.filter((one) => (one as { status?: string } | undefined)?.status === 'True') as Record<string, string>[];
    expect(going.length).toBeGreaterThan(3);
    expect(new Set(going.map(({ lastTransitionTime }) => lastTransitionTime)).size).toBe(1);
    expect(world.condition('DrainScheduled')?.lastTransitionTime).not.toBe(going[0]?.lastTransitionTime);
  });

  it('releases its claim, and remembers when its group’s last drain began', async () => {
    const world = web();

    await runMove(world);

    expect(world.leases.get('web-1')?.metadata.labels).not.toHaveProperty(['nodemend.io/remedy']);
    expect(world.leases.get('drain-buffer')?.spec).toMatchObject({ holderIdentity: 'web-1' });
  });

  it('says nothing again of a cordon that the rung before it has set', async () => {
    const world = web();
    await runMove(world, order({ verb: 'cordon' }));
    world.record = undefined;

    const record = await runMove(world, order({ action: '20260101-0001.2' }));

    expect(record?.ending).toMatchObject({ outcome: 'succeeded' });
    expect(world.reasons).toEqual(['CordonStarting', 'CordonSucceeded', 'DrainScheduled', 'DrainStarting', 'DrainSucceeded']);
  });

  it('is not begun again for a node that is drained', async () => {
    const world = web();
    await runMove(world);
    world.addPod({ name: 'late' });
    world.record = undefined;

    const record = await runMove(world, order({ action: '20260101-0002.1', incident: '20260101-0002' }));

    expect(record?.ending).toMatchObject({ outcome: 'refused', message: 'the node is drained already' });
    expect(world.pods.has('late')).toBe(true);
  });

  it('gives no pod more time than the operator allows', async () => {
    const world = new MoveWorld();
    world.addPod({ name: 'slow', grace: 3600 });
    let grace: unknown;
    world.before = (name) => {
      if (name.endsWith('/eviction done')) grace = world.pods.get('slow')?.object.metadata.deletionGracePeriodSeconds;
    };

    await runMove(world, order({}, { maxGracePeriod: minutes(2) }));

    expect(grace).toBe(120);
  });
});

describe('the buffer', () => {
  it('is kept between the starts of two drains', async () => {
    const world = web();
    await runMove(world);
    const first = Date.parse(String(world.leases.get('drain-buffer')?.spec.acquireTime));
    world.addNode('web-2');
    world.addPod({ name: 'c' }, 'web-2');
    world.change('web-1', { spec: { unschedulable: null } });
    const started = world.clock.now();

    await runMove(world, order({ node: 'web-2', action: 'x.1', incident: 'x' }));

    const second = Date.parse(String(world.leases.get('drain-buffer')?.spec.acquireTime));
    expect(started - first).toBeLessThan(minutes(1));
    expect(second - first).toBeGreaterThanOrEqual(minutes(10));
    expect(second - first).toBeLessThan(minutes(10) + seconds(5));
  });

  it('is of a group, where labels make groups', async () => {
    const world = web();
    world.change('web-1', { metadata: { labels: { app: 'a' } } });
    await runMove(world, order({}, { groupLabels: ['app'], maxCordoned: { count: 5, ratio: 0 } }));
    world.addNode('web-2', { app: 'b' });
    const began = world.clock.now();

    await runMove(
      world,
      order({ node: 'web-2', action: 'x.1', incident: 'x' }, { groupLabels: ['app'], maxCordoned: { count: 5, ratio: 0 } }),
    );

    expect(world.clock.now() - began).toBeLessThan(minutes(2));
    expect([...world.leases.keys()].filter((name) => name.startsWith('drain-buffer.'))).toHaveLength(2);
  });

  it('goes to the one who was a moment sooner, and counts anew for the other', async () => {
    const world = web();
    world.before = (name) => {
      if (name !== 'POST /apis/coordination.k8s.io/v1/namespaces/nodemend/leases' || world.leases.has('drain-buffer')) return;
      if (!world.leases.has('web-1')) return;
      world.serve({
        method: 'POST',
        path: '/apis/coordination.k8s.io/v1/namespaces/nodemend/leases',
        deadline: 1,
        body: JSON.stringify({
          metadata: { name: 'drain-buffer' },
          spec: { holderIdentity: 'web-9', acquireTime: new Date(world.clock.now()).toISOString() },
        }),
      });
    };

    const record = await runMove(world);

    expect(record?.ending?.outcome).toBe('succeeded');
    expect((record?.startedAt ?? 0) - Date.parse('2026-01-01T00:00:00Z')).toBeGreaterThan(minutes(10));
    expect(world.reasons.filter((reason) => reason === 'DrainScheduled').length).toBeGreaterThan(1);
  });
});

describe('the fleet', () => {
  const claim = (world: MoveWorld, node: string) => {
    const time = () => new Date(world.clock.now()).toISOString();
    world.leases.set(node, {
      metadata: {
        name: node,
        labels: { 'nodemend.io/reason': 'DockerHung', 'nodemend.io/remedy': 'drain' },
        resourceVersion: '1',
      },
      spec: { acquireTime: '2025-01-01T00:00:00Z', renewTime: time() },
      status: {},
    });
  };

  it('is waited for without a claim, as long as its budget is used up', async () => {
    const world = web();
    claim(world, 'web-7');
    const claims: unknown[] = [];
    world.before = (name) => {
      const labels = world.leases.get('web-1')?.metadata.labels as Record<string, unknown> | undefined;
      if (world.clock.monotonic() > minutes(5)) world.leases.delete('web-7');
      else if (name.startsWith('GET /api/v1/nodes/')) claims.push(labels?.['nodemend.io/remedy']);
    };

    const record = await runMove(world);

    expect(record?.ending?.outcome).toBe('succeeded');
    expect((record?.startedAt ?? 0) - Date.parse('2026-01-01T00:00:00Z')).toBeGreaterThan(minutes(5));
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.filter((one) => one !== undefined)).toEqual([]);
  });

  it('is looked at before a place is taken: who has to wait writes nothing', async () => {
    const world = web();
    claim(world, 'web-7');
    const written: string[] = [];
    world.before = (name) => {
      if (/^(POST|PATCH) .*\/leases/.test(name)) written.push(name);
    };

    await runMove(world, order(), minutes(5));

    expect(world.record?.held).toContain('fleet-budget');
    expect(written).toEqual([]);
  });

  it('is given back the place of a life before, which now has to wait', async () => {
    const world = web();
    claim(world, 'web-7');
    claim(world, 'web-1');

    await runMove(world, order(), minutes(5));

    expect(world.record?.held).toContain('fleet-budget');
    expect(world.leases.get('web-1')?.metadata.labels).not.toHaveProperty(['nodemend.io/remedy']);
  });

  it('sees both of two that begin at once: the later one gives its place back', async () => {
    const world = web();
    at(world, /^POST .*\/leases$/, () => claim(world, 'web-7'));

    await runMove(world, order(), minutes(5));

    expect(world.record?.held).toContain('fleet-budget');
    expect(world.granted.size).toBe(0);
    expect(world.leases.get('web-1')?.metadata.labels).not.toHaveProperty(['nodemend.io/remedy']);
  });

  it('keeps no place where the others cannot be seen after it was taken', async () => {
    const world = web();
    const serve = world.serve.bind(world);
    world.serve = (call) => {
      const isList = call.method === 'GET' && call.path.includes('/leases?limit=');
      if (!isList || !world.leases.has('web-1')) return serve(call);
      return { kind: 'response', status: 500, body: {}, took: 1 };
    };

    await runMove(world, order(), minutes(5));

    expect(world.record?.held).toContain('answered 500');
    expect(world.granted.size).toBe(0);
    expect(world.leases.get('web-1')?.metadata.labels).not.toHaveProperty(['nodemend.io/remedy']);
  });

  it.each<[string, object]>([
    ['somebody uncordons it', { spec: { unschedulable: null } }],
    [
      'the autoscaler is about to delete it',
      { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }] } },
    ],
  ])('is not asked for a place where %s while the operator’s blockers are asked', async (_, patch) => {
    const world = web();
    const blockers = async () => {
      world.change('web-1', patch as never);
      return [];
    };

    const record = await runMove(world, order(), minutes(5), { blockers });

    expect(record?.ending?.outcome).toBe('refused');
    expect([...world.leases.keys()]).toEqual([]);
  });

  it('is asked only when nothing of the operator’s is in the way', async () => {
    const world = web();
    world.blocked = ['alert firing: Backup'];
    world.before = () => {
      if (world.clock.monotonic() > minutes(3)) world.blocked = [];
      else expect(world.leases.size).toBe(0);
    };

    const record = await runMove(world);

    expect(record?.ending?.outcome).toBe('succeeded');
    expect(record?.startedAt).toBeGreaterThan(Date.parse('2026-01-01T00:03:00Z'));
  });

  it('allows no more cordoned nodes than it can spare, whoever cordoned them', async () => {
    const world = web();
    world.addNode('web-2');
    world.change('web-2', { spec: { unschedulable: true } });

    const record = await runMove(world);

    expect(record?.ending).toMatchObject({
      outcome: 'interrupted',
      message: 'fleet-budget: 1 other nodes are cordoned, at most 1 may be',
    });
    expect(world.changes).toEqual([]);
  });

  it('stops where many are in trouble at once', async () => {
    const world = web();
    for (const name of ['web-2', 'web-3', 'web-4']) {
      world.addNode(name);
      claim(world, name);
      const lease = world.leases.get(name);
      if (lease !== undefined) {
        delete (lease.metadata.labels as Record<string, unknown>)['nodemend.io/remedy'];
        lease.spec.acquireTime = new Date(world.clock.now()).toISOString();
      }
    }

    await world.clock.during(Promise.resolve());
    const record = await runMove(world, order({ since: world.clock.now() }), minutes(5));

    expect(record).toBeUndefined();
    expect(world.record?.held).toContain('fleet-breaker');
    expect(world.granted.size).toBe(0);
  });
});

describe('pods that stay', () => {
  it.each([
    ['a StatefulSet’s', { name: 's', kind: 'StatefulSet' }, 'evictStatefulSetPods'],
    ['one with an emptyDir', { name: 's', emptyDir: true }, 'evictEmptyDirPods'],
    ['a bare one', { name: 's', kind: 'none' }, 'evictUnreplicatedPods'],
    [
      'a protected one',
      { name: 's', annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } },
      'safe-to-evict',
    ],
  ])('keep the node from being cordoned: %s', async (_name, pod, words) => {
    const world = web();
    world.addPod(pod);

    const record = await runMove(world);

    expect(record?.ending?.outcome).toBe('failed');
    expect(record?.ending?.message).toContain(words);
    expect(world.reasons).toEqual(['DrainSchedulingFailed']);
    expect(world.node.spec.unschedulable).toBeUndefined();
  });

  it('are left behind where the operator wants it so, and that is no success', async () => {
    const world = web();
    world.addPod({ name: 's', kind: 'StatefulSet' });

    const record = await runMove(world, order({}, { partial: true }));

    expect([...world.pods.keys()]).toEqual(['daemon', 's']);
    expect(record?.ending).toMatchObject({ outcome: 'failed', mark: 'Failed' });
    expect(world.condition('DrainScheduled')).toMatchObject({ status: 'False', message: expect.stringContaining(' | Failed: ') });
    expect(world.reasons.at(-1)).toBe('DrainFailed');
    expect(world.node.spec.unschedulable).toBe(true);
  });

  it('have the node uncordoned when there will be no other attempt', async () => {
    const world = web();
    world.addPod({ name: 'held', refusals: 10_000 });

    const record = await runMove(world, order({ last: true }));

    expect(record).toMatchObject({ owned: false, ending: { outcome: 'failed' } });
    expect(record?.ending?.message).toContain('default/held');
    expect(world.node.spec.unschedulable).toBeUndefined();
    expect(annotations(world)).toEqual({});
    expect(world.reasons.slice(-3)).toEqual(['DrainFailed', 'UncordonStarting', 'UncordonSucceeded']);
  });
});

describe('a problem that is over', () => {
  it.each([
    ['while the buffer is waited for', /save scheduled done/],
    ['while pods are moved', /eviction done$/],
    ['before the cordon', /save cordoning/],
  ])('calls the drain off: %s', async (_when, operation) => {
    const world = web();
    world.addPod({ name: 'held', refusals: 10_000 });
    at(world, operation, () => {
      world.trouble = 'gone';
    });

    const record = await runMove(world);

    expect(record).toMatchObject({
      owned: false,
      ending: { outcome: 'refused', message: 'DockerHung is over', mark: 'Cancelled' },
    });
    expect(world.node.spec.unschedulable).toBeUndefined();
    expect(annotations(world)).toEqual({});
    const condition = world.condition('DrainScheduled');
    if (condition !== undefined)
      expect(condition).toMatchObject({ status: 'False', message: expect.stringContaining('| Cancelled: ') });
    expect(world.pods.has('held')).toBe(true);
  });

  it('is not taken for over by an agent that says nothing, and nothing is begun meanwhile', async () => {
    const world = web();
    at(world, /save scheduled done/, () => {
      world.silent = true;
    });

    const record = await runMove(world);

    expect(record?.ending).toMatchObject({ outcome: 'interrupted' });
    expect(record?.ending?.message).toContain('does not say whether it is still needed');
    expect(world.granted.size).toBe(0);
  });

  it('is judged on the Node itself, where a condition leads to the drain', async () => {
    const world = web();
    world.change('web-1', {
      status: { conditions: [{ type: 'OutOfDisk', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' }] },
    });
    world.silent = true;

    const record = await runMove(world, order({ type: 'DrainConditionMet', condition: 'OutOfDisk' }));

    expect(record?.ending?.outcome).toBe('succeeded');
  });
});

describe('uncordon', () => {
  const giveBack = order({ verb: 'uncordon', action: '20260101-0001.2' });

  it('lifts what is ours when the problem is over', async () => {
    const world = web();
    await runMove(world);
    world.trouble = 'gone';

    const record = await runMove(world, giveBack);

    expect(record).toMatchObject({ owned: false, ending: { outcome: 'succeeded' } });
    expect([world.node.spec.unschedulable, annotations(world)]).toEqual([undefined, {}]);
    expect(world.reasons.slice(-2)).toEqual(['UncordonStarting', 'UncordonSucceeded']);
  });

  it.each([
    ['it is a person’s', { [CORDONED_BY]: 'person: root on web-1, 2026-01-02T15:04:05Z' }],
    ['nobody says whose it is', { [CORDONED_BY]: null }],
  ])('leaves a cordon alone: %s', async (_why, changed) => {
    const world = web();
    await runMove(world);
    world.trouble = 'gone';
    world.change('web-1', { metadata: { annotations: changed } });

    const record = await runMove(world, giveBack);

    expect(record?.ending?.outcome).toBe('refused');
    expect(world.node.spec.unschedulable).toBe(true);
  });

  it('waits where the problem is back', async () => {
    const world = web();
    await runMove(world);

    const record = await runMove(world, giveBack);

    expect(record).toMatchObject({ owned: true, ending: { outcome: 'interrupted', message: 'DockerHung is back' } });
  });
});

describe('cordon', () => {
  it('cordons and does no more', async () => {
    const world = web();

    const record = await runMove(world, order({ verb: 'cordon' }));

    expect(record).toMatchObject({ owned: true, ending: { outcome: 'succeeded' } });
    expect(world.reasons).toEqual(['CordonStarting', 'CordonSucceeded']);
    expect(world.pods.size).toBe(3);
  });
});
