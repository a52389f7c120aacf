import { describe, expect, it } from 'vitest';
import { kubeletConfigz } from '../../../lib/sources/kubelet/kubelet-configz.ts';
import { fakeNode } from '../../fakes/node.ts';
import { KUBELET, nodeWith, OWN } from '../../fakes/processes.ts';
import { readFact } from '../../fakes/read.ts';

describe('kubeletConfigz', () => {
  it.each([
    ['asks a kubelet that runs', 'S', { kind: 'config', content: { port: 10250 } }],
    ['does not wait for one that is stopped', 'T', { kind: 'unknown', why: 'the kubelet is stopped' }],
  ])('%s', async (_, state, expected) => {
    const node = nodeWith([{ ...KUBELET, sockets: OWN, more: { state } }], {
      http: { 'https://127.0.0.1:10250/configz': JSON.stringify({ kubeletconfig: { port: 10250 } }) },
    });

    expect(await readFact(fakeNode(node), kubeletConfigz)).toEqual(expected);
  });
});
