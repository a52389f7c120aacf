import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { foreignChanges } from '../../../agent/tune/restart-guards.ts';
import { fakeNode } from '../../fakes/node.ts';

const PATH = '/etc/kubernetes/kubelet.conf.d/90-nodemend-eviction.conf';
const DIRECTORY = '/etc/kubernetes/kubelet.conf.d';
const digest = createHash('sha256').update('ours').digest('hex');
const newer = (path: string) => ({ unit: 'kubelet.service', what: `${path} is newer than its process`, path });
const own = [{ path: PATH, digest, directoryModifiedAt: 50 }];
const node = (text: string | undefined, modifiedAt = 50) =>
  fakeNode({ files: text === undefined ? {} : { [PATH]: text }, status: { [DIRECTORY]: { is: 'directory', modifiedAt } } });

describe('what a restart would apply besides our own files', () => {
  it.each([
    ['our file, as we wrote it', node('ours'), [newer(PATH)], own, []],
    ['its directory, as it was right after', node('ours'), [newer(PATH), newer(`${DIRECTORY}/`)], own, []],
    ['our file, edited since', node('theirs'), [newer(PATH)], own, [PATH]],
    ['our file, gone', node(undefined), [newer(PATH)], own, [PATH]],
    ['a file that is to be gone, and is', node(undefined), [newer(PATH)], [{ path: PATH, digest: null }], []],
    ['a file that is to be gone, and is there', node('ours'), [newer(PATH)], [{ path: PATH, digest: null }], [PATH]],
    ['a directory that somebody else changed too', node('ours', 51), [newer(DIRECTORY)], own, [DIRECTORY]],
    ['somebody else’s file', node('ours'), [newer('/var/lib/kubelet/config.yaml')], own, ['/var/lib/kubelet/config.yaml']],
    ['everything, where nothing is ours', node('ours'), [newer(PATH), newer(DIRECTORY)], [], [PATH, DIRECTORY]],
  ])('%s', async (_name, host, pending, files, foreign) => {
    expect((await foreignChanges(host, pending, files)).map(({ path }) => path)).toEqual(foreign);
  });

  it('a replaced binary, a pending daemon-reload', async () => {
    const pending = [{ unit: 'kubelet.service', what: '/usr/bin/kubelet was replaced or deleted' }];

    expect(await foreignChanges(node('ours'), pending, own)).toEqual(pending);
  });
});
