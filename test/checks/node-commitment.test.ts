import { describe, expect, it } from 'vitest';
import { nodeCommitment } from '../../lib/checks/node-commitment.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { answer, denied, identity, node, PATHS, pods, SERVER_NOW } from '../fakes/cluster.ts';
import { judge } from '../fakes/judge.ts';
import { fakeNode } from '../fakes/node.ts';

const pod = (name: string, requests: object, limits: object = {}, phase = 'Running') => ({
  metadata: { namespace: 'shop', name, uid: name },
  spec: { containers: [{ name: 'main', resources: { requests, limits } }] },
  status: { phase },
});

const stall = (percent: number) =>
  `some avg10=${percent}.00 avg60=${percent}.00 avg300=1.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`;

interface Load {
  readonly cpu?: number;
  readonly memory?: number;
  readonly psi?: boolean;
  readonly load?: number;
  readonly availableKiB?: number;
}

function host(
  list: ApiAnswer,
  { cpu = 0, memory = 0, psi = true, load = 0.5, availableKiB = 3_000_000 }: Load = {},
  about = node(),
) {
  return fakeNode({
    now: SERVER_NOW,
    identity,
    api: { [PATHS.node]: about, [PATHS.pods]: list },
    files: {
      ...(psi ? { '/proc/pressure/cpu': stall(cpu), '/proc/pressure/memory': stall(memory), '/proc/pressure/io': stall(0) } : {}),
      '/proc/loadavg': `${load} 0.5 0.5 1/100 1\n`,
      '/proc/stat': 'cpu0 1 1\ncpu1 1 1\n',
      '/proc/meminfo': `MemTotal: 4194304 kB\nMemAvailable: ${availableKiB} kB\n`,
    },
  });
}

const findings = (items: readonly object[], load?: Load) => judge(nodeCommitment, host(pods(...items), load));
const CROWDED = [pod('a', { cpu: '1500m' }), pod('b', { cpu: '700m', memory: '1Gi' })];

describe('node-commitment', () => {
  it('passes with the sums', async () => {
    expect(await findings([pod('a', { cpu: '1', memory: '1Gi' }, { cpu: '2', memory: '2Gi' })])).toMatchObject([
      { verdict: 'pass', subject: 'cpu', message: 'cpu: requests 50 %, limits 100 % of 2 CPUs' },
      { verdict: 'pass', subject: 'memory', message: 'memory: requests 25 %, limits 50 % of 4 GiB' },
    ]);
  });

  it('names a node at 110 % requests under pressure, and its largest pods', async () => {
    expect(await findings(CROWDED, { cpu: 60 })).toMatchObject([
      {
        verdict: 'warn',
        type: 'NodeOvercommitted',
        reason: 'RequestsExceedAllocatable',
        severity: 'warning',
        subject: 'cpu',
        message: 'cpu: requests 110 %, limits 0 % of 2 CPUs; tasks waited for cpu 60 % of the last minute',
        measure: { observed: 2.2, limit: 2 },
        evidence: [{ from: 'largest requests', excerpt: 'shop/a 1.5 CPUs, shop/b 0.7 CPUs' }, {}],
      },
      { verdict: 'pass', subject: 'memory' },
    ]);
  });

  it.each<[string, Load, string]>([
    ['no pressure', {}, 'notice'],
    ['pressure on something else', { memory: 80 }, 'notice'],
    ['a load without PSI', { psi: false, load: 7 }, 'warning'],
    ['a small load without PSI', { psi: false, load: 3 }, 'notice'],
    ['a load that PSI does not confirm', { load: 50 }, 'notice'],
  ])('is judged with %s', async (_case, load, severity) => {
    expect((await findings(CROWDED, load))[0]).toMatchObject({ reason: 'RequestsExceedAllocatable', severity });
  });

  it.each<[string, Load, string]>([
    ['enough memory', {}, 'notice'],
    ['tasks that wait for memory', { memory: 20 }, 'warning'],
    ['a working set near allocatable', { availableKiB: 300_000 }, 'warning'],
    ['a working set near allocatable, without PSI', { psi: false, availableKiB: 300_000 }, 'warning'],
  ])('judges limits of memory with %s', async (_case, load, severity) => {
    const [, memory] = await findings([pod('a', { memory: '1Gi' }, { memory: '6Gi' })], load);

    expect(memory).toMatchObject({
      reason: 'LimitsExceedAllocatable',
      severity,
      message: expect.stringContaining('limits 150 % of 4 GiB'),
    });
  });

  it('does not count pods without requests, however busy the node is', async () => {
    const daemons = Array.from({ length: 50 }, (_, index) => pod(`daemon-${index}`, {}));

    expect(
      (await findings(daemons, { cpu: 90, memory: 90, availableKiB: 1000, load: 80 })).map(({ verdict }) => verdict),
    ).toEqual(['pass', 'pass']);
  });

  it('does not count pods that have ended', async () => {
    const ended = [pod('job', { cpu: '9' }, {}, 'Succeeded'), pod('evicted', { cpu: '9' }, {}, 'Failed')];

    expect((await findings(ended))[0]).toMatchObject({ verdict: 'pass' });
  });

  it('counts pods that are about to start', async () => {
    expect((await findings([pod('next', { cpu: '3' }, {}, 'Pending')]))[0]).toMatchObject({ verdict: 'warn' });
  });

  it('cannot tell without allocatable', async () => {
    const findings = await judge(nodeCommitment, host(pods(), {}, node({ allocatable: { cpu: '0', memory: 'x' } })));

    expect(findings.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
  });

  it.each<[string, ApiAnswer, ApiAnswer]>([
    ['the Node', denied, pods()],
    ['the pods', node(), denied],
    ['an answer', { kind: 'refused' }, { kind: 'refused' }],
    ['sense', answer('x'), answer('x')],
  ])('cannot tell without %s', async (_case, about, list) => {
    expect(await judge(nodeCommitment, host(list, {}, about))).toMatchObject([{ verdict: 'unknown' }]);
  });
});
