import { describe, expect, it, onTestFinished } from 'vitest';
import { parseArguments } from '../../../agent/arguments.ts';
import { fleet } from '../../../agent/commands/fleet.ts';
import type { Terminal } from '../../../agent/terminal.ts';
import type { Node } from '../../../lib/drain/objects.ts';
import { minutes } from '../../../lib/model/units.ts';
import { NOW, nodeObject } from '../../fakes/fleet-nodes.ts';
import { fakeApi, type Reply } from '../../fakes/kube-api.ts';
import { fakeTerminal } from '../../fakes/terminal.ts';
import { problemState } from '../../fakes/tidings.ts';
import { writeKubeconfig } from '../../kube/kubeconfig-files.ts';

const AT = { date: new Date(NOW).toUTCString() };
const healthy = (index: number) => nodeObject({ name: `node-${index}`, zone: `z${index % 3}`, says: {} });

/** An API server that gives Nodes in pages, by its own clock. `forgets`: its continue tokens are too old at once. */
function pages(nodes: readonly Node[], forgets = false) {
  return (path: string): Reply => {
    const { searchParams } = new URL(path, 'https://x');
    const limit = Number(searchParams.get('limit') ?? nodes.length);
    const from = Number(searchParams.get('continue') ?? 0);
    if (from > 0 && forgets) return { status: 410, body: { kind: 'Status', code: 410, reason: 'Expired' }, headers: AT };
    const metadata = from + limit < nodes.length ? { continue: String(from + limit) } : {};
    return { status: 200, body: { kind: 'NodeList', metadata, items: nodes.slice(from, from + limit) }, headers: AT };
  };
}

async function type(reply: (path: string) => Reply, line = 'fleet', own: Partial<Terminal> = {}) {
  const server = await fakeApi({ reply });
  onTestFinished(() => server.close());
  const kubeconfig = writeKubeconfig({ server: server.url });
  const { terminal, out, err } = fakeTerminal({ writable: () => false, ...own });
  const { command, options, positionals } = parseArguments([fleet], line.split(' '));
  const status = await command.run({ options: { ...options, kubeconfig }, positionals, terminal });
  return { status, out: out(), err: err(), requests: server.requests };
}

const mixed = [
  nodeObject({ name: 'fine', zone: 'eu-1a', says: {} }),
  nodeObject({
    name: 'hung',
    zone: 'eu-1b',
    says: { health: 'Critical', problems: [problemState()] },
    conditions: ['DiskPressure'],
  }),
  nodeObject({ name: 'late', zone: 'eu-1a', says: {}, ago: minutes(90), ready: 'Unknown' }),
  nodeObject({ name: 'bare', cordoned: true }),
];

describe('nodemend fleet', () => {
  it('shows the worst first, and who does not report', async () => {
    const { status, out, err } = await type(pages(mixed));

    expect(status).toBe(2);
    expect(err).toBe('');
    expect(out).toBe(
      [
        '4 nodes: 1 Critical, 2 Unknown, 1 Healthy',
        '  1 without an agent, 1 with a report older than 10m, 1 not Ready, 1 cordoned',
        '  most frequent: ContainerRuntimeUnhealthy/DockerHung on 1',
        '',
        '  node  zone   health    report  state     what',
        '  hung  eu-1b  Critical      1m            DiskPressure; ContainerRuntimeUnhealthy/DockerHung (docker.service): docker has not answered for 9 s',
        '  late  eu-1a  Unknown    1h30m  NotReady  stale, it last said Healthy: 1 of 1 checks pass',
        '  bare         Unknown     none  cordoned  no agent has reported',
        '  fine  eu-1a  Healthy       1m            1 of 1 checks pass',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [100, 'hung  eu-1b  Critical      1m            DiskPressure; ContainerRuntimeUnhealthy/Doc'],
    [60, 'hung  Critical            DiskPressure; ContainerRuntimeU…'],
  ])('cuts a line where a terminal of %d columns ends', async (columns, start) => {
    const { out } = await type(pages(mixed), 'fleet', { columns, interactive: true });

    expect(out.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(out).toContain(start);
  });

  it('asks in pages, and by the server’s own clock', async () => {
    const { status, out, requests } = await type(pages(Array.from({ length: 1201 }, (_, index) => healthy(index))));

    expect(requests.map(({ path }) => path)).toEqual([
      '/api/v1/nodes?limit=500',
      '/api/v1/nodes?limit=500&continue=500',
      '/api/v1/nodes?limit=500&continue=1000',
    ]);
    expect([status, out.split('\n')[0]]).toEqual([0, '1,201 nodes: 1,201 Healthy']);
  });

  it('counts a single node as one', async () => {
    expect((await type(pages([healthy(0)]))).out.split('\n')[0]).toBe('1 node: 1 Healthy');
  });

  it('begins anew, in one piece, where the server has forgotten the page', async () => {
    const { out } = await type(
      pages(
        Array.from({ length: 501 }, (_, index) => healthy(index)),
        true,
      ),
    );

    expect(out).toContain('501 nodes: 501 Healthy');
  });

  it.each([
    ['fleet --filter health!=Healthy --filter zone=eu-1b', 2, ['hung']],
    ['fleet --filter agent=stale', 3, ['late']],
    ['fleet --filter zone=eu-1a --sort name', 3, ['fine', 'late']],
    ['fleet --filter problem=PLEGUnhealthy', 0, []],
  ])('%s ends with %d', async (line, exit, names) => {
    const { status, out } = await type(pages(mixed), `${line} --json`);

    expect(status).toBe(exit);
    expect((JSON.parse(out) as { nodes: { name: string }[] }).nodes.map(({ name }) => name)).toEqual(names);
  });

  it('prints JSON for programs', async () => {
    expect(JSON.parse((await type(pages(mixed), 'fleet --json')).out)).toMatchObject({
      apiVersion: 'nodemend.io/v1',
      kind: 'FleetReport',
      health: 'Critical',
      counts: { nodes: 4, shown: 4, Critical: 1, Degraded: 0, Unknown: 2, Healthy: 1, absent: 1, stale: 1 },
      problems: [{ reason: 'DockerHung', nodes: 1 }],
      nodes: [
        { name: 'hung', agent: 'reporting', ageSeconds: 60, conditions: ['DiskPressure'], problems: [{ severity: 'critical' }] },
        { name: 'late', agent: 'stale', health: 'Unknown', lastHealth: 'Healthy', ageSeconds: 5400 },
        { name: 'bare', agent: 'absent', cordoned: true, reportedAt: null },
        { name: 'fine' },
      ],
    });
  });

  it('leaves the choice by labels to the server', async () => {
    const { requests } = await type(pages([]), 'fleet -l pool=web,!old');

    expect(requests[0]?.path).toBe('/api/v1/nodes?labelSelector=pool%3Dweb%2C%21old&limit=500');
  });

  it('shows what the screen holds while it watches, and stops when nobody reads any more', async () => {
    const many = Array.from({ length: 50 }, (_, index) => healthy(index));
    const { out } = await type(pages(many), 'fleet --watch --interval 5s', { interactive: true, rows: 20 });

    expect(out.startsWith('\u001b[H\u001b[2J50 nodes')).toBe(true);
    expect(out.split('\n').length).toBeLessThanOrEqual(20);
    expect(out).toMatch(/… and \d+ more/);
  });

  it.each([
    ['refused', { status: 403, body: { kind: 'Status', message: 'nodes is forbidden' } }, 'nodes is forbidden'],
    ['lost', 'reset', 'connection to the API server failed'],
  ] as const)('is Unknown when the list is %s', async (_name, reply, why) => {
    const { status, out, err } = await type(() => reply);

    expect([status, out]).toEqual([3, '']);
    expect(err).toContain(why);
  });

  it('knows nothing of a cluster without nodes', async () => {
    expect(await type(pages([]))).toMatchObject({ status: 3, out: '0 nodes\n' });
  });

  it.each([
    'fleet node-1',
    'fleet --filter colour=red',
    'fleet --sort luck',
    'fleet --interval 1s',
    'fleet -l a=b=c',
  ])('refuses %j', async (line) => {
    await expect(type(pages([]), line)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
