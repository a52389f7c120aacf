import { describe, expect, it } from 'vitest';
import { completingHost } from '../../lib/host/completing.ts';
import { recordedHost } from '../../lib/host/recorded.ts';
import { type RecordedAnswer, recordingHost } from '../../lib/host/recording.ts';
import { fakeNode } from '../fakes/node.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('a recording', () => {
  it('answers every kind of question as the host did', async () => {
    const host = fakeNode({
      now: NOW,
      files: { '/etc/os-release': 'ID=debian\n' },
      links: { '/proc/1/exe': '/sbin/init' },
      directories: { '/etc': ['os-release'] },
      processes: [{ pid: 7, name: 'kubelet' }],
      commands: { 'systemctl show kubelet': 'ActiveState=active\n' },
      http: { '/run/docker.sock http://localhost/_ping': 'OK' },
    });
    const questions = (view: typeof host) =>
      Promise.all([
        view.readFile('/etc/os-release'),
        view.readFile('/absent'),
        view.readLink('/proc/1/exe'),
        view.listDirectory('/etc'),
        view.fileStatus('/etc/os-release'),
        view.fileSystemUsage('/'),
        view.processes(),
        view.run(['systemctl', 'show', 'kubelet'], { deadline: 1 }),
        view.httpGet({ url: 'http://localhost/_ping', socketPath: '/run/docker.sock', deadline: 1 }),
        view.criCall({ socketPath: '/run/containerd.sock', service: 'RuntimeService', method: 'Version', deadline: 1 }),
        view.apiGet({ path: '/api/v1/nodes/a', deadline: 1 }),
      ]);
    const kept: RecordedAnswer[] = [];
    const live = await questions(recordingHost(host, (answer) => kept.push(answer)));

    const replayed = recordedHost(kept, NOW);

    expect(await questions(replayed)).toEqual(live);
    expect(replayed.clock.now()).toBe(NOW);
    expect(replayed.missing).toEqual([]);
  });

  it('replays two looks at a moving counter in order, then the last for ever', async () => {
    const answers = ['1', '2'].map((text) => ({ ask: 'readFile /proc/stat', answer: { kind: 'text', text, truncated: false } }));
    const host = recordedHost(answers, NOW);
    const looks = [await host.readFile('/proc/stat'), await host.readFile('/proc/stat'), await host.readFile('/proc/stat')];

    expect(looks).toMatchObject([{ text: '1' }, { text: '2' }, { text: '2' }]);
  });

  it('lets the time since boot stand still as its clock does', async () => {
    const answers = ['12.0 1.0', '20.1 1.0'].map((text) => ({ ask: 'readFile /proc/uptime', answer: { kind: 'text', text } }));
    const host = recordedHost(answers, NOW);

    expect([await host.readFile('/proc/uptime'), await host.readFile('/proc/uptime')]).toMatchObject([
      { text: '12.0 1.0' },
      { text: '12.0 1.0' },
    ]);
  });

  it('names the question it has no answer for', async () => {
    const host = recordedHost([], NOW);

    await expect(host.readFile('/etc/shadow')).rejects.toMatchObject({ code: 'RECORDING_INCOMPLETE' });
    expect(host.missing).toEqual(['readFile /etc/shadow']);
  });

  it('waits for what nobody waits for any more, and for what its answer makes somebody ask', async () => {
    const late = Promise.withResolvers<void>();
    const node = fakeNode({ files: { '/proc/7/cmdline': 'dockerd' }, links: { '/proc/7/exe': '/usr/bin/dockerd' } });
    const slow = { ...node, readLink: (path: string) => late.promise.then(() => node.readLink(path)) };
    const kept: RecordedAnswer[] = [];
    const host = recordingHost(slow, (answer) => kept.push(answer));
    const abandoned = host.readLink('/proc/7/exe').then(() => host.readFile('/proc/7/cmdline'));
    const settled = host.settled();

    expect(kept).toEqual([]);
    late.resolve();
    await settled;

    expect(kept.map(({ ask }) => ask)).toEqual(['readLink /proc/7/exe', 'readFile /proc/7/cmdline']);
    await abandoned;
  });

  it('is completed by the host itself, which is not asked again for what there is', async () => {
    const kept: RecordedAnswer[] = [{ ask: 'readFile /a', answer: { kind: 'text', text: 'then', truncated: false } }];
    const live = recordingHost(fakeNode({ files: { '/a': 'now', '/b': 'now' } }), (answer) => kept.push(answer));
    const host = completingHost(recordedHost([...kept], NOW), live);

    expect([await host.readFile('/a'), await host.readFile('/b')]).toMatchObject([{ text: 'then' }, { text: 'now' }]);
    expect(kept.map(({ ask }) => ask)).toEqual(['readFile /a', 'readFile /b']);
  });
});
