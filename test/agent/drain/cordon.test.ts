import { describe, expect, it } from 'vitest';
import type { ClusterPods } from '../../../agent/drain/cluster-pods.ts';
import { setCordon } from '../../../agent/drain/cordon.ts';
import type { DrainEvent } from '../../../agent/drain/events.ts';
import type { Outcome } from '../../../lib/drain/failure.ts';
import type { Node } from '../../../lib/drain/objects.ts';

const AT = Date.parse('2026-01-01T00:00:00Z');
const owner = { kind: 'person', who: 'me', at: AT } as const;
const node = (version: string, unschedulable = false, by?: string): Node => ({
  metadata: {
    name: 'n',
    resourceVersion: version,
    ...(by === undefined ? {} : { annotations: { 'nodemend.io/cordoned-by': by } }),
  },
  spec: { unschedulable },
});
const conflict: Outcome<Node> = { ok: false, failure: { code: 409, reason: 'Conflict', message: 'modified', causes: [] } };

/** A Node of which each GET gives the next state; a patch of an old one is refused. */
function cluster(states: readonly Node[]) {
  const patches: unknown[] = [];
  let at = 0;
  const current = () => states[Math.min(at, states.length - 1)] ?? node('0');
  const calls: Pick<ClusterPods, 'node' | 'patchNode'> = {
    node: async () => ({ ok: true, value: current() }),
    patchNode: async (_, patch) => {
      const { metadata } = patch as { metadata: { resourceVersion: string } };
      patches.push(patch);
      at += 1;
      if (at < states.length || metadata.resourceVersion !== current().metadata.resourceVersion) return conflict;
      return { ok: true, value: current() };
    },
  };
  return { calls, patches };
}

async function cordon(states: readonly Node[], desired = true, dryRun: 'none' | 'client' | 'server' = 'none') {
  const { calls, patches } = cluster(states);
  const events: DrainEvent[] = [];
  const [first = node('0')] = states;
  const done = await setCordon(first, desired, { cluster: calls, tell: (event) => events.push(event), dryRun, owner });
  return { done, events, patches };
}

describe('setCordon', () => {
  it('writes who it was, on the Node that was looked at', async () => {
    const { done, patches } = await cordon([node('7')]);

    expect(done).toBe(true);
    expect(patches).toEqual([
      {
        metadata: { resourceVersion: '7', annotations: { 'nodemend.io/cordoned-by': 'person: me, 2026-01-01T00:00:00Z' } },
        spec: { unschedulable: true },
      },
    ]);
  });

  it("leaves another's cordon as it is, also one that came between the look and the patch", async () => {
    const before = await cordon([node('1', true, 'agent: drain, 2026-01-01T00:00:00Z')]);
    const between = await cordon([node('1'), node('2', true)]);

    expect([before.done, before.patches.length]).toEqual([true, 0]);
    expect(before.events).toEqual([{ event: 'cordoned', node: 'n', already: true, owner: 'agent: drain, 2026-01-01T00:00:00Z' }]);
    expect([between.done, between.patches.length]).toEqual([true, 1]);
    expect(between.events).toEqual([{ event: 'cordoned', node: 'n', already: true }]);
  });

  it('tries again where the Node changed otherwise, not for ever', async () => {
    const often = Array.from({ length: 9 }, (_, at) => node(String(at)));
    const { done, events, patches } = await cordon(often);

    expect((await cordon([node('1'), node('2')])).done).toBe(true);
    expect([done, patches.length]).toEqual([false, 5]);
    expect(events).toMatchObject([{ event: 'cordon-failed', doing: 'cordon' }]);
  });

  it('uncordons with the annotation, and names whose cordon it was', async () => {
    const { events, patches } = await cordon([node('1', true, 'person: you, 2026-01-01T00:00:00Z')], false);

    expect(patches).toMatchObject([
      { metadata: { annotations: { 'nodemend.io/cordoned-by': null } }, spec: { unschedulable: null } },
    ]);
    expect(events).toEqual([{ event: 'uncordoned', node: 'n', already: false, owner: 'person: you, 2026-01-01T00:00:00Z' }]);
  });

  it('takes away an annotation that outlived its cordon', async () => {
    const { events, patches } = await cordon([node('1', false, 'agent: drain, 2026-01-01T00:00:00Z')], false);

    expect(patches).toMatchObject([{ metadata: { annotations: { 'nodemend.io/cordoned-by': null } } }]);
    expect(events).toEqual([{ event: 'uncordoned', node: 'n', already: true }]);
  });

  it('writes nothing in a client dry run', async () => {
    expect((await cordon([node('1')], true, 'client')).patches).toEqual([]);
  });
});
