import { describe, expect, it } from 'vitest';
import { nodeDaemons } from '../../../lib/sources/runtime/node-daemons.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

describe('node-daemons', () => {
  it('counts the containerd that k3s starts, and not a child that has yet to exec', async () => {
    const host = fakeNode({
      processes: [
        { pid: 7, name: 'k3s-server' },
        { pid: 8, parent: 7, name: 'containerd' },
        { pid: 9, parent: 7, name: 'k3s-server' },
      ],
    });

    expect(await readFact(host, nodeDaemons)).toMatchObject([{ pid: 7 }, { pid: 8 }]);
  });
});
