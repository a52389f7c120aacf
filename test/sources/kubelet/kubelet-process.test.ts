import { describe, expect, it } from 'vitest';
import { kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { HEX, KUBELET, nodeWith, OWN, type Process } from '../../fakes/processes.ts';
import { readFact } from '../../fakes/read.ts';

const read = (node: FakeNode) => readFact(fakeNode(node), kubeletProcess);

describe('kubelet-process', () => {
  it('proves the kubelet by its port', async () => {
    expect(await read(nodeWith([KUBELET]))).toEqual({
      kind: 'running',
      pid: 812,
      argv: ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml'],
      startedAt: Date.parse('2026-01-01T00:01:00Z'),
      startTicks: 6000,
      unit: 'kubelet.service',
      layout: 'systemd',
      ownsPort: true,
      servers: { api: 'https://127.0.0.1:10250', healthz: 'http://127.0.0.1:10248' },
      state: 'S',
    });
  });

  it.each<[string, Process, object]>([
    [
      'k3s server',
      { pid: 7, name: 'k3s-server', argv: ['/usr/local/bin/k3s server'], cgroup: '0::/system.slice/k3s.service\n' },
      { layout: 'k3s', unit: 'k3s.service' },
    ],
    [
      'k3s under a name of its own',
      { pid: 7, name: 'k3s-agent', argv: ['/usr/local/bin/k3s', 'agent'], cgroup: '0::/system.slice/edge.service\n' },
      { layout: 'k3s', unit: 'edge.service' },
    ],
    [
      'RKE1, cgroup v1',
      {
        pid: 7,
        name: 'kubelet',
        argv: ['kubelet', '--v=2'],
        cgroup: `11:memory:/docker/${HEX}\n1:name=systemd:/docker/${HEX}\n0::/system.slice/containerd.service\n`,
      },
      { layout: 'container' },
    ],
    [
      'RKE1, cgroup v2 with the systemd driver',
      { pid: 7, name: 'kubelet', argv: ['kubelet'], cgroup: `0::/system.slice/docker-${HEX}.scope\n` },
      { layout: 'container' },
    ],
    [
      'rke2',
      { pid: 7, name: 'kubelet', argv: ['kubelet', '--v=0'], cgroup: '0::/system.slice/rke2-agent.service\n' },
      { layout: 'rke2', unit: 'rke2-agent.service' },
    ],
    [
      'k0s',
      { pid: 7, name: 'kubelet', argv: ['/var/lib/k0s/bin/kubelet'], cgroup: '0::/system.slice/k0sworker.service\n' },
      { layout: 'k0s', unit: 'k0sworker.service' },
    ],
    [
      'microk8s',
      { pid: 7, name: 'kubelite', cgroup: '0::/system.slice/snap.microk8s.daemon-kubelite.service\n' },
      { layout: 'microk8s', unit: 'snap.microk8s.daemon-kubelite.service' },
    ],
    [
      'a node in a container (kind), seen from inside',
      { pid: 7, name: 'kubelet', cgroup: `0::/docker/${HEX}/kubelet.slice/kubelet.service\n` },
      { layout: 'systemd', unit: 'kubelet.service' },
    ],
    [
      'hyperkube',
      { pid: 7, name: 'hyperkube', argv: ['/hyperkube', 'kubelet'], cgroup: '1:name=systemd:/system.slice/kubelet.service\n' },
      { layout: 'systemd', unit: 'kubelet.service' },
    ],
  ])('names the layout of %s', async (_, process, expected) => {
    const fact = await read(nodeWith([{ ...process, sockets: OWN }]));

    expect(fact).toMatchObject({ kind: 'running', pid: 7, ownsPort: true, ...expected });
    expect('unit' in fact).toBe('unit' in expected);
  });

  it('finds a kubelet whose service and process have names of their own', async () => {
    const custom: Process = {
      ...KUBELET,
      name: 'node-agent',
      argv: ['/opt/bin/kubelet'],
      cgroup: '0::/system.slice/node.service\n',
    };

    expect(await read(nodeWith([custom]))).toMatchObject({ kind: 'running', unit: 'node.service', ownsPort: true });
  });

  it.each<[string, Process]>([
    [
      'a pod on the host network',
      { ...KUBELET, cgroup: `0::/kubepods.slice/kubepods-besteffort.slice/cri-containerd-${HEX}.scope\n` },
    ],
    [
      'a pod of cgroup v1',
      { ...KUBELET, cgroup: `4:memory:/kubepods/burstable/pod8a1f3c5e-1111-2222-3333-444455556666/${HEX}\n` },
    ],
    ['a container with its own PID namespace', { ...KUBELET, cgroup: `0::/docker/${HEX}\n`, pidNamespace: 'pid:[4026532999]' }],
    ['a node in a container (kind), seen from outside', { ...KUBELET, net: 'net:[4026532888]' }],
    [
      'a reverse proxy on the port',
      { ...KUBELET, name: 'haproxy', argv: ['haproxy'], cgroup: '0::/system.slice/haproxy.service\n' },
    ],
    ['a process that has ended', { ...KUBELET, more: { state: 'Z' } }],
    ['a server without agent', { ...KUBELET, name: 'k3s-server', argv: ['k3s', 'server', '--disable-agent'], sockets: [] }],
  ])('does not take %s for the kubelet', async (_, process) => {
    expect(await read(nodeWith([process]))).toEqual({ kind: 'absent', installed: false, why: 'no kubelet on this host' });
  });

  it.each([
    ['takes', 'of this host', '812'],
    ['does not take', 'of a host inside of this one', '812\t64'],
  ])('%s a kubelet %s for its own when an ordinary user looks', async (verb, _, numbers) => {
    const node = nodeWith([{ ...KUBELET, sockets: [] }], {
      files: { '/proc/812/status': `Name:\tkubelet\nNSpid:\t${numbers}\n` },
    });
    const seen = Object.entries(node.links ?? {}).filter(([path]) => !path.startsWith('/proc/812/'));

    const fact = await read({ ...node, links: Object.fromEntries(seen) });

    expect(fact.kind).toBe(verb === 'takes' ? 'running' : 'absent');
  });

  it('prefers the owner of the port to another process of that name', async () => {
    const impostor: Process = { pid: 300, name: 'kubelet', cgroup: '0::/user.slice/user-1000.slice/session-3.scope\n' };

    expect(await read(nodeWith([impostor, KUBELET]))).toMatchObject({ pid: 812, ownsPort: true });
  });

  it('prefers the parent to the child it has just forked, which holds the same sockets', async () => {
    const child: Process = { ...KUBELET, pid: 400, more: { startTicks: 99_000 } };

    expect(await read(nodeWith([child, KUBELET]))).toMatchObject({ pid: 812 });
  });

  it('tells which of its ports a kubelet owns when a pod holds the other', async () => {
    const fact = await read(nodeWith([{ ...KUBELET, sockets: [31002] }]));

    expect(fact).toMatchObject({ ownsPort: true, servers: { api: 'https://127.0.0.1:10250' } });
    expect(fact).not.toHaveProperty('servers.healthz');
  });

  it.each<[string, readonly string[], Record<string, string>]>([
    ['flags', ['kubelet', '--port=8220', '--healthz-port', '8221'], {}],
    [
      'the configuration',
      ['kubelet', '--config', '/etc/k.yaml'],
      { '/etc/k.yaml': 'kind: KubeletConfiguration\nhealthzPort: 8221\nport: 8220 # x\n' },
    ],
    [
      'indented JSON',
      ['kubelet', '--config', '/etc/k.json'],
      { '/etc/k.json': '{\n  "port": 8220,\n  "healthzPort": 8221\n}\n' },
    ],
  ])('looks at the ports that %s set', async (_, argv, files) => {
    const tcp =
      '  0: 00000000:201C 00000000:0000 0A 0:0 00:0 0 0 0 31001 1\n  1: 00000000:201D 00000000:0000 0A 0:0 00:0 0 0 0 31002 1\n';

    const fact = await read(
      nodeWith([{ ...KUBELET, argv }], { files: { '/proc/1/net/tcp': tcp, '/proc/1/net/tcp6': '', ...files } }),
    );

    expect(fact).toMatchObject({ ownsPort: true, servers: { api: 'https://127.0.0.1:8220', healthz: 'http://127.0.0.1:8221' } });
  });

  it('names a kubelet that does not listen yet', async () => {
    expect(await read(nodeWith([{ ...KUBELET, sockets: [] }]))).toMatchObject({
      kind: 'running',
      pid: 812,
      ownsPort: false,
      servers: {},
    });
  });

  it('knows the unit of a kubelet that moved itself out of it', async () => {
    const show = 'systemctl show --no-pager --property=Id,MainPID,ActiveState,SubState -- kubelet.service';

    const fact = await read(
      nodeWith([{ ...KUBELET, cgroup: '1:name=systemd:/kubelet\n' }], {
        directories: { '/etc/systemd/system': ['kubelet.service'] },
        commands: { [show]: 'MainPID=812\nId=kubelet.service\nActiveState=active\nSubState=running\n' },
      }),
    );

    expect(fact).toMatchObject({ pid: 812, unit: 'kubelet.service', layout: 'systemd' });
  });

  it('says that an ordinary user cannot prove whose port it is', async () => {
    const node = nodeWith([KUBELET]);
    const host = fakeNode(node);

    const fact = await readFact({ ...host, listDirectory: async () => ({ kind: 'denied' }) }, kubeletProcess);

    expect(fact).toMatchObject({ kind: 'running', ownsPort: false, unproven: expect.stringContaining('run as root') });
  });

  it('does not call a kubelet absent that it may not see', async () => {
    const blind = fakeNode({ ...nodeWith([]), processes: [{ pid: 4711, name: 'bash' }] });

    await expect(readFact(blind, kubeletProcess)).rejects.toThrow('does not show the processes of other users');
  });

  it.each<[string, FakeNode, object]>([
    [
      'a configuration',
      { files: { '/var/lib/kubelet/config.yaml': '' } },
      { why: '/var/lib/kubelet/config.yaml exists and no kubelet process runs' },
    ],
    [
      'a unit that systemd knows',
      {
        directories: { '/lib/systemd/system': ['kubelet.service'] },
        commands: {
          'systemctl show --no-pager --property=Id,MainPID,ActiveState,SubState -- kubelet.service':
            'MainPID=0\nId=kubelet.service\nActiveState=failed\nSubState=failed\n',
        },
      },
      { unit: 'kubelet.service', why: 'kubelet.service is failed (failed)' },
    ],
    [
      'a unit where systemd is silent',
      {
        directories: { '/etc/systemd/system': ['k3s.service'] },
        commands: {
          'systemctl show --no-pager --property=Id,MainPID,ActiveState,SubState -- k3s.service': {
            kind: 'timed-out',
            after: 2000,
            stdout: '',
            stderr: '',
          },
        },
      },
      { unit: 'k3s.service', why: 'k3s.service is installed, no kubelet process runs, and systemctl gave no answer within 2s' },
    ],
  ])('knows that a kubelet is meant to run by %s', async (_, node, expected) => {
    expect(await read(nodeWith([], node))).toEqual({ kind: 'absent', installed: true, ...expected });
  });

  it('lives with a command line that cannot be read and with a cut socket table', async () => {
    const node = nodeWith([KUBELET], {
      files: {
        '/proc/812/cmdline': { kind: 'timed-out', after: 500 },
        '/proc/1/net/tcp6': '  0: 00000000000000000000000000000000:28',
      },
    });

    expect(await read(node)).toMatchObject({
      kind: 'running',
      argv: [],
      ownsPort: true,
      servers: { healthz: 'http://127.0.0.1:10248' },
    });
  });
});

describe('kubelet-process, read before', () => {
  const statOf = (startTicks: number) => `812 (kubelet) T ${'0 '.repeat(18)}${startTicks} 0 0\n`;
  const readAgain = (node: FakeNode, before: unknown) => {
    const context = {
      use: () => Promise.reject(new Error('unused')),
      signal: new AbortController().signal,
      thorough: false,
      before,
    };
    return kubeletProcess.read(fakeNode(node), context);
  };

  it('goes on with a process that is the same, without its ports', async () => {
    const before = await read(nodeWith([KUBELET]));

    const node = nodeWith([{ ...KUBELET, sockets: [] }], { files: { '/proc/812/stat': statOf(6000) } });

    expect(await readAgain(node, before)).toEqual({ ...before, state: 'T' });
  });

  it.each([
    [
      'another process with its PID',
      nodeWith([{ ...KUBELET, more: { startTicks: 7000 } }], { files: { '/proc/812/stat': statOf(7000) } }),
      { kind: 'running', startTicks: 7000 },
    ],
    ['another PID', nodeWith([{ ...KUBELET, pid: 813 }]), { kind: 'running', pid: 813 }],
    ['gone', nodeWith([]), { kind: 'absent' }],
  ])('looks for it anew: %s', async (_, node, expected) => {
    expect(await readAgain(node, await read(nodeWith([KUBELET])))).toMatchObject(expected);
  });
});
