import { describe, expect, it } from 'vitest';
import { kubeletCommand } from '../../../lib/sources/kubelet/kubelet-command.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

/** Mounted with hidepid=, for an ordinary user: not even PID 1 is there. */
const hidden = { processes: [{ pid: 900, name: 'nodemend' }] };

describe('kubeletCommand where /proc hides the processes of others', () => {
  it('does not assume a kubelet where nothing else speaks of one', async () => {
    const fact = await readFact(fakeNode(hidden), kubeletCommand);

    expect(fact).toMatchObject({ installed: false, argv: [] });
    expect(fact.source).toBe('no kubelet is installed here; /proc does not show the processes of other users');
  });

  it('keeps to the files of a host that was given one', async () => {
    const node = fakeNode({ ...hidden, files: { '/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\n' } });

    expect(await readFact(node, kubeletCommand)).toMatchObject({ installed: true, argv: [] });
  });
});
