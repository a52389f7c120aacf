import { describe, expect, it } from 'vitest';
import { etcdQuorum, judgeQuorum, parseEtcdMetrics } from '../../../lib/sources/cluster/etcd-quorum.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const peer = (id: string, active: number) => `etcd_network_active_peers{Local="a",Remote="${id}"} ${active}\n`;
const leader = 'etcd_server_has_leader 1\n';

describe('judgeQuorum', () => {
  it.each<[string, string, number, string]>([
    ['three members, all connected', leader + peer('b', 1) + peer('c', 1), 3, 'kept'],
    ['three members, one away', leader + peer('b', 1) + peer('c', 0), 3, '1 of the 2 other members are connected, 2 are needed'],
    ['five members, one away', leader + peer('b', 1) + peer('c', 1) + peer('d', 1) + peer('e', 0), 5, 'kept'],
    ['five members, two away', leader + peer('b', 1) + peer('c', 1) + peer('d', 0) + peer('e', 0), 5, '2 of the 4 other'],
    ['five members, two never met', leader + peer('b', 1) + peer('c', 1), 5, '2 of the 4 other'],
    ['two members', leader + peer('b', 1), 2, '1 of the 1 other members are connected, 2 are needed'],
    ['a single one', leader, 1, 'the only member'],
    ['no leader', `etcd_server_has_leader 0\n${peer('b', 1)}${peer('c', 1)}`, 3, 'no leader'],
    ['another program’s metrics', 'up 1\n', 3, 'no leader'],
  ])('%s', (_, text, configured, expected) => {
    const judged = judgeQuorum(parseEtcdMetrics(text), configured);

    expect(judged.kind === 'kept' ? 'kept' : judged.why).toContain(expected);
  });
});

describe('etcdQuorum', () => {
  const etcd = (flags: readonly string[], metrics?: string) =>
    fakeNode({
      processes: [{ pid: 7, name: 'etcd' }],
      files: { '/proc/7/cmdline': ['etcd', ...flags].join('\0'), '/proc/7/cgroup': '0::/kubepods/podx/abc\n' },
      http: metrics === undefined ? {} : { 'http://127.0.0.1:2381/metrics': metrics },
    });
  const FLAGS = [
    '--listen-metrics-urls=http://127.0.0.1:2381',
    '--initial-cluster=a=https://10.0.0.1:2380,b=https://10.0.0.2:2380',
  ];

  it.each<[string, ReturnType<typeof fakeNode>, string]>([
    ['no etcd here', fakeNode({}), 'does not run here'],
    ['nowhere to ask', etcd([]), 'no --listen-metrics-urls'],
    ['TLS alone', etcd(['--listen-metrics-urls=https://127.0.0.1:2379']), 'did not answer'],
    ['no answer', etcd(FLAGS), 'did not answer'],
    ['two members', etcd(FLAGS, leader + peer('b', 1)), '1 of the 1 other'],
    ['three', etcd(FLAGS, leader + peer('b', 1) + peer('c', 1)), 'kept'],
  ])('%s', async (_, host, expected) => {
    const fact = await readFact(host, etcdQuorum);

    expect(fact.kind === 'kept' ? 'kept' : fact.why).toContain(expected);
  });

  it('believes none of two unless both keep their quorum: one may be an application’s', async () => {
    const three = leader + peer('b', 1) + peer('c', 1);
    const host = fakeNode({
      processes: [
        { pid: 7, name: 'etcd' },
        { pid: 9, name: 'etcd' },
      ],
      files: {
        '/proc/7/cmdline': ['etcd', '--listen-metrics-urls=http://127.0.0.1:9999'].join('\0'),
        '/proc/7/cgroup': '0::/kubepods/podx/abc\n',
        '/proc/9/cmdline': ['etcd', '--listen-metrics-urls=http://127.0.0.1:2381'].join('\0'),
        '/proc/9/cgroup': '0::/kubepods/pody/abc\n',
      },
      http: { 'http://127.0.0.1:9999/metrics': three, 'http://127.0.0.1:2381/metrics': leader },
    });

    expect(await readFact(host, etcdQuorum)).toMatchObject({ kind: 'not-proved', why: expect.stringContaining('only member') });
  });
});
