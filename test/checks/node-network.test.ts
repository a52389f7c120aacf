import { describe, expect, it } from 'vitest';
import { nodeNetwork } from '../../lib/checks/node-network.ts';
import type { ApiAnswer, CriAnswer, RunResult } from '../../lib/host/host.ts';
import { denied, identity, node, PATHS, SERVER_NOW } from '../fakes/cluster.ts';
import { judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`;
const NO_ROUTE = ROUTE.replace(/^eth0\t00000000.*\n/m, '');
const PORT = '  0: 0100007F:280A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n';

const cri = (ready: boolean, message = ''): CriAnswer => ({
  kind: 'response',
  version: 'v1',
  took: 2,
  response: {
    status: {
      conditions: [
        { type: 'RuntimeReady', status: true, reason: '', message: '' },
        { type: 'NetworkReady', status: ready, reason: ready ? '' : 'NetworkPluginNotReady', message },
      ],
    },
  },
});

interface Parts {
  readonly flags?: string;
  readonly criAnswer?: CriAnswer;
  readonly cni?: readonly string[];
  readonly api?: ApiAnswer;
  readonly route?: string;
  readonly neighbour?: RunResult | string;
  readonly arp?: string;
  readonly more?: FakeNode;
}

const CONTAINERD = '--container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock';
const DOCKER = '--network-plugin=';
const DOCKER_CNI = '--network-plugin=cni';

function host({ flags = CONTAINERD, criAnswer = cri(true), cni, api = node(), route = ROUTE, neighbour, arp, more }: Parts) {
  return fakeNode({
    now: SERVER_NOW,
    identity,
    api: { [PATHS.node]: api },
    cri: () => criAnswer,
    files: {
      '/proc/7/cmdline': `kubelet\0${flags.replaceAll(' ', '\0')}\0`,
      '/proc/7/cgroup': '0::/system.slice/kubelet.service\n',
      '/proc/uptime': '1000.0 1\n',
      '/proc/net/tcp': PORT,
      '/proc/1/net/route': route,
      ...(arp === undefined ? {} : { '/proc/net/arp': arp }),
    },
    directories: cni === undefined ? {} : { '/etc/cni/net.d': cni },
    status: { '/run/docker.sock': { is: 'socket' }, '/run/containerd/containerd.sock': { is: 'socket' } },
    processes: [{ pid: 1 }, { pid: 7, name: 'kubelet' }],
    commands: neighbour === undefined ? {} : { 'ip neigh show to 192.168.1.1 dev eth0': neighbour },
    ...more,
  });
}

async function about(subject: string, parts: Parts) {
  return (await judge(nodeNetwork, host(parts))).find((finding) => finding.subject === subject);
}

describe('node-network: the pod network', () => {
  const podNetwork = (parts: Parts) => about('cri', parts);

  it('passes by the runtime’s word', async () => {
    expect(await podNetwork({})).toMatchObject({ verdict: 'pass', message: 'containerd says that the pod network is ready' });
  });

  it('names a network that is not ready', async () => {
    expect(
      await podNetwork({ criAnswer: cri(false, 'Network plugin returns error: no cilium'), cni: ['05-cilium.conflist'] }),
    ).toMatchObject({
      verdict: 'fail',
      type: 'NodeNetworkUnhealthy',
      reason: 'NetworkNotReady',
      message: 'the pod network is not ready: NetworkPluginNotReady: Network plugin returns error: no cilium',
    });
  });

  it.each<[string, readonly string[] | undefined]>([
    ['is missing', undefined],
    ['holds no configuration', ['10-calico.conflist.bak', 'README']],
  ])('names a configuration that %s', async (_case, cni) => {
    expect(
      await podNetwork({ criAnswer: cri(false, 'cni plugin not initialized'), ...(cni === undefined ? {} : { cni }) }),
    ).toMatchObject({
      verdict: 'fail',
      reason: 'CniConfigurationMissing',
      message: 'the pod network is not ready: no CNI configuration in /etc/cni/net.d',
      evidence: [{ from: 'CRI Status NetworkReady', excerpt: 'NetworkPluginNotReady: cni plugin not initialized' }],
    });
  });

  it('finds the directory that containerd was told', async () => {
    const toml = '[plugins."io.containerd.grpc.v1.cri".cni]\n  bin_dir = "/opt/cni/bin"\n  conf_dir = "/opt/cni/conf"\n';
    const view = host({ criAnswer: cri(false) });
    const told = {
      ...view,
      readFile: async (path: string) =>
        path === '/etc/containerd/config.toml' ? ({ kind: 'text', text: toml, truncated: false } as const) : view.readFile(path),
    };

    expect(await judge(nodeNetwork, told)).toMatchObject([
      { message: expect.stringContaining('no CNI configuration in /opt/cni/conf') },
      {},
      {},
    ]);
  });

  it('leaves a kubelet alone that uses docker’s own network', async () => {
    expect(await podNetwork({ flags: DOCKER })).toMatchObject({
      verdict: 'skip',
      message: "the kubelet uses docker's own network (--network-plugin=)",
    });
  });

  it('takes the kubelet’s word behind docker', async () => {
    const message =
      'runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:docker: network plugin is not ready: cni config uninitialized';
    const unready = node({ ready: { status: 'False', reason: 'KubeletNotReady', message } });

    expect(await podNetwork({ flags: DOCKER_CNI, api: unready })).toMatchObject({
      reason: 'CniConfigurationMissing',
      evidence: [{ excerpt: message }],
    });
    expect(await podNetwork({ flags: DOCKER_CNI, api: unready, cni: ['10-x.conf'] })).toMatchObject({
      reason: 'NetworkNotReady',
    });
    expect(await podNetwork({ flags: DOCKER_CNI, cni: ['10-x.conf'] })).toMatchObject({ verdict: 'pass' });
  });

  it('takes the files behind docker when nobody can be asked', async () => {
    const api = { kind: 'refused' } as const;

    expect(await podNetwork({ flags: DOCKER_CNI, api })).toMatchObject({ reason: 'CniConfigurationMissing' });
    expect(await podNetwork({ flags: DOCKER_CNI, api, cni: ['10-x.conf'] })).toMatchObject({ verdict: 'pass' });
  });

  it('cannot tell when the runtime does not answer', async () => {
    const criAnswer = { kind: 'timed-out', after: 4000, connected: true } as const;

    expect(await podNetwork({ criAnswer, api: { kind: 'refused' } })).toMatchObject({
      verdict: 'unknown',
      message: 'CRI Status: timed-out',
    });
  });

  it('is not misled by another reason to be not ready', async () => {
    const api = node({ ready: { status: 'False', message: 'PLEG is not healthy: pleg was last seen active 3m5s ago' } });

    expect(await podNetwork({ flags: DOCKER_CNI, api, cni: ['10-x.conf'] })).toMatchObject({ verdict: 'pass' });
  });
});

describe('node-network: the way out', () => {
  it('passes by route and answer', async () => {
    expect(await about('default route', {})).toMatchObject({ verdict: 'pass', message: 'default route via 192.168.1.1 on eth0' });
    expect(await about('API server', {})).toMatchObject({ verdict: 'pass' });
  });

  it('is a warning without a default route, and critical where the API server is not reached', async () => {
    const lost = { route: NO_ROUTE, api: { kind: 'failed', code: 'ENETUNREACH' } } as const;

    expect(await about('default route', { route: NO_ROUTE })).toMatchObject({ reason: 'NoDefaultRoute', severity: 'warning' });
    expect(await about('default route', lost)).toMatchObject({ reason: 'NoDefaultRoute', severity: 'critical' });
    expect(await about('API server', lost)).toMatchObject({ verdict: 'unknown' });
  });

  it('needs no default route where the operator says so', async () => {
    const findings = await judge(nodeNetwork, host({ route: NO_ROUTE }), { defaultRoutes: 0 });

    expect(findings[1]).toMatchObject({ verdict: 'pass', message: 'no default route, as configured' });
  });

  it('says nothing about the routes of a host that has not joined', async () => {
    const more: FakeNode = { identity: { kind: 'none', reason: 'no kubeconfig' } };
    const findings = await judge(nodeNetwork, host({ route: NO_ROUTE, more }));

    expect(findings.map(({ verdict }) => verdict)).toEqual(['pass', 'skip', 'skip']);
  });

  it.each<[string, ApiAnswer]>([
    ['refuses', { kind: 'refused' }],
    ['is silent', { kind: 'timed-out', after: 7000, connected: true }],
  ])('warns of an API server that %s: the way there is open', async (_case, api) => {
    expect(await about('API server', { api })).toMatchObject({ verdict: 'warn', reason: 'ApiServerUnreachable' });
  });

  it.each<[string, ApiAnswer]>([
    ['500', { kind: 'response', status: 500, body: '', took: 1 }],
    ['403', denied],
    ['404', { kind: 'response', status: 404, body: {}, took: 1 }],
    ['with a certificate of another CA', { kind: 'untrusted', reason: 'x' }],
  ])('does not take an API server that answers %s for a broken network', async (_case, api) => {
    expect(await about('API server', { api })).toMatchObject({ verdict: 'pass' });
  });

  it('warns of an API server that is slow', async () => {
    const slow = (took: number) => {
      const api = node();
      return about('API server', { api: api.kind === 'response' ? { ...api, took } : api });
    };

    expect(await slow(6100)).toMatchObject({ reason: 'ApiServerSlow', message: 'the API server took 6.1s to answer' });
    expect(await slow(2400)).toMatchObject({ verdict: 'pass' });
  });

  const dropped: ApiAnswer = { kind: 'timed-out', after: 3000, connected: false };
  it.each<[string, Partial<Parts>, string, string]>([
    [
      'a filter beyond a gateway that answers',
      { neighbour: '192.168.1.1 lladdr 02:00:00:00:00:01 REACHABLE\n' },
      'fail',
      'ApiServerUnreachable',
    ],
    ['a gateway that does not answer', { neighbour: '192.168.1.1 FAILED\n' }, 'fail', 'GatewayUnreachable'],
    ['a gateway that is being looked for', { neighbour: '192.168.1.1 INCOMPLETE\n' }, 'fail', 'GatewayUnreachable'],
    [
      'the ARP table without ip',
      { arp: 'IP address HW\n192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        eth0\n' },
      'fail',
      'ApiServerUnreachable',
    ],
    [
      'an incomplete ARP entry',
      { arp: 'IP address HW\n192.168.1.1      0x1         0x0         00:00:00:00:00:00     *        eth0\n' },
      'fail',
      'GatewayUnreachable',
    ],
  ])('names %s', async (_case, parts, verdict, reason) => {
    expect(await about('API server', { api: dropped, ...parts })).toMatchObject({
      verdict,
      reason,
      message: expect.stringMatching(
        /^the API server https:\/\/10\.0\.0\.1:6443 gave no connection within 3s; the gateway 192\.168\.1\.1 /,
      ),
    });
  });

  it('cannot tell without a gateway, or a neighbour of that address', async () => {
    expect(await about('API server', { api: dropped, route: NO_ROUTE })).toMatchObject({ verdict: 'unknown' });
    expect(await about('API server', { api: dropped })).toMatchObject({ verdict: 'unknown' });
    expect(
      await about('API server', { api: dropped, neighbour: { kind: 'timed-out', after: 1000, stdout: '', stderr: '' } }),
    ).toMatchObject({ verdict: 'unknown' });
  });

  it('names a resolver that does not answer', async () => {
    expect(await about('API server', { api: { kind: 'failed', code: 'EAI_AGAIN' } })).toMatchObject({
      reason: 'NameNotResolved',
    });
  });

  it('fills the server into the advice', async () => {
    const finding = await about('API server', { api: dropped, neighbour: '192.168.1.1 REACHABLE\n' });

    expect(finding).toMatchObject({
      advice: [{ command: 'curl -kvm5 https://10.0.0.1:6443/healthz; ip route get 10.0.0.1' }, {}],
    });
  });
});
