import { describe, expect, it } from 'vitest';
import { findPlugin, placesOf, trustPath } from '../../../agent/plugins/trusted-path.ts';
import type { FileStatus } from '../../../lib/host/host.ts';
import { fakeNode } from '../../fakes/node.ts';

const directory = { is: 'directory', mode: 0o755 } as const;
const program = { is: 'file', mode: 0o755 } as const;

type Changes = Readonly<Record<string, Partial<FileStatus>>>;

const hostWith = (changes: Changes = {}, links: Readonly<Record<string, string>> = {}) => {
  const usual: Changes = { '/': directory, '/opt': directory, '/opt/p': directory, '/opt/p/check': program, '/srv': directory };
  const status = {
    ...usual,
    ...Object.fromEntries(Object.entries(changes).map(([path, one]) => [path, { ...usual[path], ...one }])),
  };
  return fakeNode({ status, links });
};

describe('a plugin', () => {
  it.each<[string, Changes, Record<string, string>]>([
    ['of root', {}, {}],
    ['behind links', { '/opt/q': {} }, { '/opt/q': 'r', '/opt/r': '/opt/p' }],
    ['behind a link that goes up', {}, { '/opt/q': '../opt/./p' }],
  ])('%s is trusted, under its real path', async (_, changes, links) => {
    const path = '/opt/q' in links ? '/opt/q/check' : '/opt/p/check';

    expect(await trustPath(hostWith(changes, links), path)).toEqual({ kind: 'trusted', path: '/opt/p/check' });
  });

  it.each<[string, Changes, Record<string, string>, string]>([
    ['of another owner', { '/opt/p/check': { uid: 1000 } }, {}, '/opt/p/check: others than root may write it'],
    ['that its group may write', { '/opt/p/check': { mode: 0o775 } }, {}, '/opt/p/check: others than root may write it'],
    ['in a directory that anybody may write', { '/opt/p': { mode: 0o1777 } }, {}, '/opt/p: others than root may write it'],
    ['below a directory of another owner', { '/opt': { uid: 1000 } }, {}, '/opt: others than root may write it'],
    ['on a root of another owner', { '/': { uid: 1000 } }, {}, '/: others than root may write it'],
    [
      'behind a link to where others may write',
      { '/srv': { mode: 0o777 }, '/srv/x': program },
      { '/opt/p/check': '/srv/x' },
      '/srv:',
    ],
    ['behind a link that is relative', { '/opt/w': { mode: 0o757 } }, { '/opt/p/check': '../w/x' }, '/opt/w: others than'],
    ['that is not there', {}, { '/opt/p/check': 'gone' }, '/opt/p/gone: does not exist'],
    ['that is a directory', { '/opt/p/check': directory }, {}, '/opt/p/check: is a directory, not a program'],
    ['that nobody may run', { '/opt/p/check': { mode: 0o644 } }, {}, '/opt/p/check: is not executable'],
    ['behind a ring of links', {}, { '/opt/p/check': 'other', '/opt/p/other': 'check' }, 'too many symbolic links'],
  ])('%s is refused by name', async (_, changes, links, why) => {
    expect(await trustPath(hostWith(changes, links), '/opt/p/check')).toEqual({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });
});

describe('a relative path', () => {
  it('is looked for beside the file, in the directory that stands for config, and where the image has it', () => {
    expect(placesOf('/etc/m/a.json', './config/plugin/x.sh')).toEqual([
      '/etc/m/config/plugin/x.sh',
      '/etc/m/plugin/x.sh',
      '/config/plugin/x.sh',
    ]);
    expect(placesOf('/etc/m/a.json', '/opt/x')).toEqual(['/opt/x']);
  });

  it('is the first that is there; else what is said is of the first', async () => {
    const places = { '/etc': directory, '/etc/m': directory, '/etc/m/plugin': directory, '/etc/m/plugin/x.sh': program };

    expect(await findPlugin(hostWith(places), '/etc/m/a.json', './config/plugin/x.sh')).toEqual({
      kind: 'trusted',
      path: '/etc/m/plugin/x.sh',
    });
    expect(await findPlugin(hostWith(places), '/etc/m/a.json', 'y.sh')).toEqual({
      kind: 'refused',
      why: '/etc/m/y.sh: does not exist',
    });
  });
});
