import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeOld, whyKeepOld } from '../../../agent/docker-move/remove-old.ts';
import type { MoveJournal } from '../../../lib/docker/move-journal.ts';
import type { HostView } from '../../../lib/host/host.ts';
import { fakeNode } from '../../fakes/node.ts';
import { journal } from './world.ts';

let top = '';
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'remove-')));
  for (const name of ['old/overlay2', 'new', 'outside']) mkdirSync(join(top, name), { recursive: true });
  writeFileSync(join(top, 'outside/precious'), 'text');
});
afterEach(() => rmSync(top, { recursive: true }));

const at = (name: string) => join(top, name);
const moved = (change: Partial<MoveJournal> = {}): MoveJournal => ({
  ...journal,
  from: at('old'),
  to: at('new'),
  roots: { before: at('old'), after: at('new') },
  outcome: 'moved',
  ...change,
});

/** A docker whose root is this, and mounts at these places. */
function hostWith(root: string, mounts: readonly string[] = []): HostView {
  const lines = mounts.map((point, id) => `${id + 30} 1 8:1 / ${point} rw - ext4 /dev/sdb rw`).join('\n');
  const bodies: Record<string, unknown> = { '/info': { DockerRootDir: root, Driver: 'overlay2' }, '/volumes': {} };
  return {
    ...fakeNode({ files: { '/proc/self/mountinfo': `${lines}\n` } }),
    httpGet: async ({ url }) => ({
      kind: 'response',
      status: 200,
      headers: {},
      body: JSON.stringify(bodies[url.replace('http://localhost', '')] ?? []),
      truncated: false,
      took: 1,
    }),
  };
}

const why = (change: Partial<MoveJournal> = {}, root = at('new'), mounts: readonly string[] = []) =>
  whyKeepOld(hostWith(root, mounts), moved(change), '/run/docker.sock');

describe('the old data', () => {
  it('may go when docker runs on the new root', async () => {
    expect(await why()).toBeUndefined();
    expect(await why({}, at('new'), ['/', top, at('older')])).toBeUndefined();
  });

  it.each([
    ['a move that went back', { outcome: 'rolled-back' }, 'ended as rolled-back'],
    ['one that was removed before', { outcome: 'removed' }, 'ended as removed'],
  ] as const)('stays after %s', async (_what, change, expected) => expect(await why(change)).toContain(expected));

  it('stays while docker runs on it, or on a third root', async () => {
    expect(await why({}, at('old'))).toContain(`docker's root is ${at('old')}`);
    expect(await why({}, '/srv/docker')).toContain("docker's root is /srv/docker");
  });

  it('stays when its name leads elsewhere by a link, at its end or on the way', async () => {
    symlinkSync(at('outside'), at('link'));
    mkdirSync(at('outside/docker'));

    expect(await why({ from: at('link') })).toContain('is not a directory');
    expect(await why({ from: at('link/docker') })).toContain('by a symbolic link');
  });

  it('stays when the new root or a mount is inside of it', async () => {
    mkdirSync(at('old/new'));

    expect(await why({ to: at('old/new'), roots: { before: at('old'), after: at('new') } })).toContain('is inside of');
    expect(await why({}, at('new'), [at('old/overlay2/x/merged')])).toContain('is mounted inside of it (ext4)');
  });

  it('goes without following a link, and leaves the directory', async () => {
    symlinkSync(at('outside'), at('old/overlay2/link'));
    writeFileSync(at('old/overlay2/-rf'), '');
    writeFileSync(at('old/new\nline'), '');

    await removeOld(moved());

    expect(readdirSync(at('old'))).toEqual([]);
    expect(existsSync(at('outside/precious'))).toBe(true);
    await expect(removeOld(moved({ from: at('gone') }))).rejects.toThrow('No such file');
  });
});
