import type { ProcessEntry } from '../../lib/host/host.ts';
import type { FakeNode } from './node.ts';

export const HEX = '4f1c0d6c2c0e7a4ba34b8c4d0f5a1b6f8e9d0c1b2a3f4e5d6c7b8a9f0e1d2c3b';
const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
/** Lines as Linux 6.1 prints them: sshd, the kubelet's healthz, and one of its connections to the API server. */
export const TCP = `${HEADER}   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18345 1 00000000cccf8852 100 0 0 10 0
   1: 0100007F:2808 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31001 1 000000004c1a2b3c 100 0 0 10 0
   2: 0A00000A:280A 0A000001:192B 01 00000000:00000000 02:000004F3 00000000     0        0 31555 2 000000001111aaaa 20 4 30 10 -1
`;
export const TCP6 = `${HEADER}   0: 00000000000000000000000000000000:280A 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31002 1 00000000deadbeef 100 0 0 10 0
`;

export interface Process {
  readonly pid: number;
  readonly name: string;
  readonly argv?: readonly string[];
  readonly cgroup?: string;
  readonly sockets?: readonly number[];
  readonly net?: string;
  readonly pidNamespace?: string;
  readonly more?: Partial<ProcessEntry>;
}

const HOST_NET = 'net:[4026531840]';
const HOST_PID = 'pid:[4026531836]';

/** A node whose process table, sockets and namespaces say what Linux would say. */
export function nodeWith(processes: readonly Process[], extra: FakeNode = {}): FakeNode {
  const files: Record<string, string> = { '/proc/1/net/tcp': TCP, '/proc/1/net/tcp6': TCP6, '/proc/uptime': '1000.00 1900.00\n' };
  const links: Record<string, string> = {};
  const directories: Record<string, readonly string[]> = {};
  for (const { pid, argv, name, cgroup, sockets = [], net, pidNamespace } of [
    { pid: 1, name: 'systemd' } as Process,
    ...processes,
  ]) {
    files[`/proc/${pid}/cmdline`] = `${(argv ?? [`/usr/bin/${name}`]).join('\0')}\0`;
    files[`/proc/${pid}/cgroup`] = cgroup ?? '0::/init.scope\n';
    links[`/proc/${pid}/ns/net`] = net ?? HOST_NET;
    links[`/proc/${pid}/ns/pid`] = pidNamespace ?? HOST_PID;
    directories[`/proc/${pid}/fd`] = ['0', '1', '10', ...sockets.map((_, index) => String(index + 3))];
    links[`/proc/${pid}/fd/0`] = '/dev/null';
    links[`/proc/${pid}/fd/1`] = 'socket:[99]';
    links[`/proc/${pid}/fd/10`] = 'anon_inode:[eventpoll]';
    for (const [index, inode] of sockets.entries()) links[`/proc/${pid}/fd/${index + 3}`] = `socket:[${inode}]`;
  }
  return {
    now: Date.parse('2026-01-01T00:16:40Z'),
    processes: [
      { pid: 1, name: 'systemd' },
      ...processes.map(({ pid, name, more }) => ({ pid, name, startTicks: 6000, ...more })),
    ],
    ...extra,
    files: { ...files, ...extra.files },
    links: { ...links, ...extra.links },
    directories: { ...directories, ...extra.directories },
  };
}

/** Inodes of the kubelet's two listening sockets. */
export const OWN = [31001, 31002];
export const KUBELET: Process = {
  pid: 812,
  name: 'kubelet',
  argv: ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml'],
  cgroup: '0::/system.slice/kubelet.service\n',
  sockets: OWN,
};
