import { describe, expect, it } from 'vitest';
import { gatherer } from '../../agent/gather.ts';
import { healthyRunsPath, openHealthyRuns } from '../../agent/healthy-runs.ts';
import { openKeepsakes } from '../../agent/keepsakes.ts';
import { containerRuntime } from '../../lib/checks/container-runtime.ts';
import { kubeletHealth } from '../../lib/checks/kubelet-health.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { ControlRequest, HostControl } from '../../lib/host/host-control.ts';
import type { Check } from '../../lib/model/check.ts';
import { type Finding, pass, unknown } from '../../lib/model/finding.ts';
import { dockerInfo } from '../../lib/sources/runtime/docker-info.ts';
import { DOCKER_RECORD, parseDockerRecord } from '../../lib/sources/runtime/docker-record.ts';
import { fakeNode, text } from '../fakes/node.ts';

const [ONE, TWO] = ['a'.repeat(32), 'b'.repeat(32)];
const LINK = (unit: string) => `/run/systemd/units/invocation:${unit}`;

interface World {
  readonly host: HostView;
  readonly control: HostControl;
  readonly files: Record<string, string>;
  readonly links: Record<string, string>;
  readonly writes: string[];
  pass(seconds: number): void;
}

/** Files that are written can be read again; links are systemd's. */
function world(links: Record<string, string>, node: Parameters<typeof fakeNode>[0] = {}): World {
  let now = 100_000;
  const files: Record<string, string> = { ...(node.files as Record<string, string>) };
  const writes: string[] = [];
  const fake = fakeNode({ ...node, files, links });
  return {
    host: { ...fake, clock: { ...fake.clock, now: () => now, monotonic: () => now } },
    files,
    links,
    writes,
    control: {
      async control(request: ControlRequest) {
        if (request.kind !== 'write-file') throw new Error(request.kind);
        files[request.path] = request.text;
        writes.push(request.path);
        return { kind: 'done' };
      },
    },
    pass(wait) {
      now += wait * 1000;
    },
  };
}

const PATH = healthyRunsPath('/run/nodemend');
const look = (check: Check, ...findings: Finding[]) => ({ check, findings, took: 1000 });
const runtimeIsWell = look(
  containerRuntime,
  pass('docker answers', { subject: 'docker.service' }),
  unknown('nobody asked', { subject: 'containers' }),
);
const kubeletIsWell = look(kubeletHealth, pass('the kubelet answers'));
const open = ({ host, control }: World) => openHealthyRuns({ host, control, runtimeDirectory: '/run/nodemend' });

describe('healthy runs', () => {
  it('are those in which a check passed that was begun in them', async () => {
    const node = world({ [LINK('docker.service')]: ONE });
    const runs = await open(node);

    await runs.observe(runtimeIsWell, []);
    expect(runs.of('container-runtime')).toEqual({});
    node.pass(5);
    await runs.observe(runtimeIsWell, []);

    expect(runs.of('container-runtime')).toEqual({ 'docker.service': ONE });
    expect(runs.of('pleg-health')).toEqual({});
  });

  it('are kept for the next agent, and written only when they change', async () => {
    const node = world({ [LINK('docker.service')]: ONE });
    const runs = await open(node);
    for (const _ of [1, 2, 3, 4]) {
      await runs.observe(runtimeIsWell, []);
      node.pass(5);
    }

    expect(node.writes).toEqual([PATH]);
    expect((await open(node)).of('container-runtime')).toEqual({ 'docker.service': ONE });
  });

  it('do not count the run after: it has yet to pass', async () => {
    const node = world({ [LINK('docker.service')]: ONE });
    const runs = await open(node);
    await runs.observe(runtimeIsWell, []);
    node.pass(5);
    await runs.observe(runtimeIsWell, []);

    node.links[LINK('docker.service')] = TWO;
    node.pass(5);
    await runs.observe(runtimeIsWell, []);

    expect(runs.of('container-runtime')).toEqual({ 'docker.service': ONE });
    node.pass(5);
    await runs.observe(runtimeIsWell, []);
    expect(runs.of('container-runtime')).toEqual({ 'docker.service': TWO });
  });

  it('are told of every unit by a check that speaks for the node, if all of it is well', async () => {
    const node = world({ [LINK('kubelet.service')]: ONE });
    const runs = await open(node);
    const units = ['kubelet.service', 'docker.service'];
    await runs.observe(kubeletIsWell, units);
    node.pass(5);
    await runs.observe(look(kubeletHealth, pass('one'), unknown('the other')), units);
    expect(runs.of('kubelet-health')).toEqual({});

    await runs.observe(kubeletIsWell, units);
    expect(runs.of('kubelet-health')).toEqual({ 'kubelet.service': ONE });
  });

  it('are not known where systemd does not tell one run from another', async () => {
    const node = world({});
    const runs = await open(node);
    await runs.observe(runtimeIsWell, []);

    expect(runs.of('container-runtime')).toBeUndefined();
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"container-runtime": 7}',
    '{"container-runtime": {"docker.service": 1}}',
    '\0\0\0',
  ])('begin anew behind a damaged file: %j', async (damaged) => {
    const node = world({});
    node.files[PATH] = damaged;

    expect((await open(node)).of('container-runtime') ?? {}).toEqual({});
  });
});

const INFO = JSON.stringify({ LiveRestoreEnabled: true, DockerRootDir: '/var/lib/docker' });
const SHOW = 'Id=docker.service\nLoadState=loaded\nActiveState=active\nMainPID=812\nKillMode=process\n';
/** `docker` was started `age` seconds ago. */
const dockerNode = (age: number) => ({
  files: {
    '/proc/uptime': '1000.00 1.00\n',
    '/proc/812/stat': `812 (dockerd) S ${Array.from({ length: 18 }, () => 0).join(' ')} ${(1000 - age) * 100} 1 2`,
  },
  status: { '/run/docker.sock': { is: 'socket' as const } },
  http: ({ url }: { readonly url: string }) => text(url.endsWith('/info') ? INFO : 'OK'),
});

async function afterLook(age: number) {
  const node = world({}, dockerNode(age));
  const host: HostView = {
    ...node.host,
    run: async () => ({ kind: 'exited', code: 0, stdout: SHOW, stderr: '', truncated: false }),
  };
  const gathered = gatherer(host, { thorough: false, keep: ({ keep = 400 }) => keep });
  const keepsakes = await openKeepsakes({ host, control: node.control, gathered, runtimeDirectory: '/run/nodemend' });
  return { node, gathered, keepsakes };
}

describe('keepsakes', () => {
  it('keep what docker said of live-restore, of the process that said it, once', async () => {
    const { node, gathered, keepsakes } = await afterLook(500);
    await gathered.fact(dockerInfo);
    keepsakes.observe(runtimeIsWell);
    keepsakes.observe(runtimeIsWell);
    await keepsakes.idle();

    expect(parseDockerRecord(node.files[DOCKER_RECORD] ?? '')).toEqual({ pid: 812, startTicks: 50_000, liveRestore: true });
    expect(node.writes.filter((path) => path === DOCKER_RECORD)).toHaveLength(1);
  });

  it('keep nothing of a docker that is younger than the answer may be', async () => {
    const { node, gathered, keepsakes } = await afterLook(60);
    await gathered.fact(dockerInfo);
    keepsakes.observe(runtimeIsWell);
    await keepsakes.idle();

    expect(node.writes).toEqual([]);
  });

  it('ask docker nothing that no check has asked', async () => {
    const { node, keepsakes } = await afterLook(500);
    keepsakes.observe(runtimeIsWell);
    await keepsakes.idle();

    expect(node.writes).toEqual([]);
  });
});
