import { describe, expect, it } from 'vitest';
import { type LocalParts, localHands } from '../../../agent/maintain/local-hands.ts';
import type { MaintainRecord } from '../../../lib/maintain/record.ts';
import { OTHER, OWNER, order } from '../../fakes/maintained-node.ts';
import { fakeNode } from '../../fakes/node.ts';

/** The last stage on a Node with this cordon; `undone`: whether what surges have left could be taken back. */
async function giveBack(cordon: string | undefined, options: Record<string, string>, undone = true) {
  let unschedulable = cordon !== undefined;
  let asked = 0;
  const object = () => ({
    kind: 'Node',
    metadata: { name: 'web-1', resourceVersion: '1', annotations: { 'nodemend.io/cordoned-by': cordon ?? '' } },
    spec: { unschedulable },
    status: {},
  });
  const parts = {
    host: fakeNode({}),
    node: 'web-1',
    here: false,
    places: { journal: '/tmp/none', locks: [] },
    cluster: {
      node: async () => ({ ok: true, value: object() }),
      async patchNode() {
        unschedulable = false;
        return { ok: true, value: object() };
      },
    },
    async undoSurges() {
      asked++;
      return undone;
    },
  };
  const hands = localHands(parts as unknown as LocalParts);
  const record: MaintainRecord = { order: order({ options }), stage: 'uncordon', boot: 'b' };
  return { answer: await hands.uncordon(record), unschedulable, asked };
}

describe('what a maintenance gives back in the end', () => {
  it.each<[string, Parameters<typeof giveBack>, object]>([
    ['its cordon, and what a killed surge has left', [OWNER, { mode: 'surge' }], { answer: { kind: 'lifted' }, asked: 1 }],
    ['the same after a drain by evictions, as nodemend uncordon does', [OWNER, {}], { answer: { kind: 'lifted' }, asked: 1 }],
    ['not somebody else’s cordon', [OTHER, {}], { answer: { kind: 'theirs' }, unschedulable: true, asked: 1 }],
    ['it is not done before both are', [OWNER, {}, false], { answer: { kind: 'failed' }, unschedulable: false, asked: 1 }],
  ])('%s', async (_, given, expected) => {
    expect(await giveBack(...given)).toMatchObject(expected);
  });
});
