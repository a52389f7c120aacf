import { describe, expect, it } from 'vitest';
import { loadMonitors } from '../../../agent/monitors/load.ts';
import { fakeNode } from '../../fakes/node.ts';

const directory = '/etc/nodemend/monitors';
const own = { is: 'file', uid: 0, mode: 0o644 } as const;
const monitor = JSON.stringify({
  plugin: 'kmsg',
  source: 'mine',
  rules: [{ type: 'temporary', reason: 'Mine', pattern: 'mine' }],
});

const above = Object.fromEntries(
  ['/', '/etc', '/etc/nodemend', '/srv'].map((path) => [path, { is: 'directory', mode: 0o755 }] as const),
);

const OWN = ['kernel', 'kubelet', 'containerd', 'docker', 'systemd'].map((name) => `default:${name}`);

function load(file: string, status: object = own, directoryStatus: object = { is: 'directory', uid: 0, mode: 0o755 }) {
  const path = `${directory}/a.json`;
  const host = fakeNode({
    directories: { [directory]: ['README', 'a.json'] },
    files: { [path]: file },
    status: { ...above, [directory]: directoryStatus, [path]: status },
  });
  return loadMonitors(host, { directory, defaults: false });
}

describe('the monitors of a node', () => {
  it('are those of the files, and our own before them', async () => {
    const host = fakeNode({
      directories: { [directory]: ['a.json'] },
      files: { [`${directory}/a.json`]: monitor },
      status: { ...above, [directory]: { ...own, is: 'directory' }, [`${directory}/a.json`]: own },
    });
    const { monitors, refused } = await loadMonitors(host, { directory, defaults: true });

    expect(monitors.map(({ file }) => file)).toEqual([...OWN, `${directory}/a.json`]);
    expect(refused).toEqual([]);
  });

  it('are our own without a directory', async () => {
    const { monitors, refused } = await loadMonitors(fakeNode({}), { directory, defaults: true });

    expect(monitors.map(({ file }) => file)).toEqual(OWN);
    expect(refused).toEqual([]);
  });

  it.each<[string, string, object, string]>([
    ['of another owner', monitor, { ...own, uid: 1000 }, 'others than root may write it'],
    ['that the group may write', monitor, { ...own, mode: 0o664 }, 'others than root may write it'],
    ['that anybody may write', monitor, { ...own, mode: 0o646 }, 'others than root may write it'],
    ['that is no JSON', '{', own, ':1:2:'],
    [
      'of a plugin that calls log-counter with what is no pattern',
      '{"plugin":"custom","rules":[{"type":"temporary","path":"log-counter","args":["--journald-source=kernel","--pattern=("]}]}',
      own,
      'missing closing )',
    ],
  ])('leave out a file %s, and say why', async (_, file, status, why) => {
    const { monitors, refused } = await load(file, status);

    expect(monitors).toEqual([]);
    expect(refused).toEqual([expect.stringContaining(why)]);
  });

  it('may be plugins, calls of log-counter among them, and metrics', async () => {
    const counter = {
      path: '/home/kubernetes/bin/log-counter',
      args: ['--journald-source=kernel', '--lookback=5m', '--pattern=x'],
    };
    const rules = [
      { type: 'temporary', reason: 'Counted', ...counter },
      { type: 'temporary', reason: 'Run', path: '/x' },
    ];
    const plugin = await load(JSON.stringify({ plugin: 'custom', rules }));
    const stats = await load(JSON.stringify({ cpu: { metricsConfigs: { 'cpu/load_1m': { displayName: 'cpu/load_1m' } } } }));

    expect(plugin.monitors.map(({ file, log }) => [file, log.plugin])).toEqual([[`${directory}/a.json#kernel`, 'kmsg']]);
    expect(plugin.plugins.map(({ rules: own }) => own.map(({ reason }) => reason))).toEqual([['Counted', 'Run']]);
    expect(stats.stats.map(({ metrics }) => [...metrics])).toEqual([[['cpu/load_1m', 'cpu/load_1m']]]);
    expect([plugin.refused, stats.refused]).toEqual([[], []]);
  });

  it('are none that lie, or that a link leads to, where others may write', async () => {
    const open = { is: 'directory', mode: 0o777 } as const;
    const path = `${directory}/a.json`;
    const directories = { [directory]: ['a.json'] };
    const files = { [path]: monitor };
    const inside = { ...above, [directory]: { is: 'directory', mode: 0o755 }, [path]: own } as const;
    const below = fakeNode({ directories, files, status: { ...inside, '/etc/nodemend': open } });
    const linked = fakeNode({
      directories,
      files,
      links: { [path]: '/srv/a.json' },
      status: { ...inside, '/srv': open, '/srv/a.json': own },
    });
    const refused = async (host: typeof below) => (await loadMonitors(host, { directory, defaults: false })).refused;

    expect(await refused(below)).toEqual([`${directory}: /etc/nodemend: others than root may write it`]);
    expect(await refused(linked)).toEqual([`${path}: /srv: others than root may write it`]);
  });

  it('are none in a directory that others may write', async () => {
    const { monitors, refused } = await load(monitor, own, { is: 'directory', uid: 0, mode: 0o777 });

    expect(monitors).toEqual([]);
    expect(refused).toEqual([`${directory}: others than root may write it`]);
  });
});
