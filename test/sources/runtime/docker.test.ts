import { describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../../lib/host/host.ts';
import { dockerContainers, parseContainers } from '../../../lib/sources/runtime/docker-containers.ts';
import { dockerInfo, parseDockerInfo } from '../../../lib/sources/runtime/docker-info.ts';
import { dockerInspect } from '../../../lib/sources/runtime/docker-inspect.ts';
import { dockerPing } from '../../../lib/sources/runtime/docker-ping.ts';
import { type RuntimeRole, runtimeEndpoint, toService } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { type RuntimeUnits, runtimeUnits, toRuntimeUnit } from '../../../lib/sources/runtime/runtime-units.ts';
import { stoppedShims } from '../../../lib/sources/runtime/stopped-shims.ts';
import { fakeNode, text } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const PING: HttpAnswer = { ...(text('OK') as Extract<HttpAnswer, { kind: 'response' }>), headers: { 'api-version': '1.41' } };
const TIMED_OUT = { kind: 'timed-out', after: 2000, connected: true } as const;
const UNITS: RuntimeUnits = { kind: 'units', units: {} };

const labels = (container: string, pod: string) => ({
  'io.kubernetes.container.name': container,
  'io.kubernetes.pod.name': pod,
  'io.kubernetes.pod.namespace': 'default',
});
const LIST = [
  { Id: 'aaa', State: 'running', Names: ['/k8s_web'], Labels: labels('web', 'web-1') },
  { Id: 'bbb', State: 'exited', Names: ['/lonely'], Labels: null },
];

const given = (role: RuntimeRole = 'endpoint', units: RuntimeUnits = UNITS) =>
  [
    [runtimeEndpoint, { services: [toService('/run/docker.sock', role)], source: '' }],
    [runtimeUnits, units],
  ] as const;

/** docker on its socket: answers by path, the requests it got. */
function docker(answers: Readonly<Record<string, HttpAnswer>>) {
  const asked: string[] = [];
  const http = (request: HttpRequest): HttpAnswer => {
    const path = request.url.replace('http://localhost', '');
    asked.push(path);
    return answers[path] ?? text('page not found', 404);
  };
  return { asked, host: fakeNode({ http }) };
}

describe('docker-ping', () => {
  it('reads the version of the API that the daemon speaks', async () => {
    const { host } = docker({ '/_ping': PING });

    expect(await readFact(host, dockerPing, given())).toMatchObject({
      kind: 'asked',
      reply: { kind: 'answered' },
      apiVersion: '1.41',
    });
  });

  it.each(['', '1.41/../../x', 'latest'])('ignores %j as a version', async (version) => {
    const { host } = docker({ '/_ping': { ...PING, headers: { 'api-version': version } } as HttpAnswer });

    expect(await readFact(host, dockerPing, given())).not.toHaveProperty('apiVersion');
  });

  it.each([
    [
      'stopped',
      {
        kind: 'units',
        units: { 'docker.service': toRuntimeUnit({ Id: 'docker.service', LoadState: 'loaded', ActiveState: 'inactive' }) },
      },
    ],
    ['of unknown state', { kind: 'unknown', why: 'no systemctl' }],
  ] as const)('never starts an unused docker that is %s by connecting to its socket unit', async (_, units) => {
    const { host, asked } = docker({ '/_ping': PING });

    expect(await readFact(host, dockerPing, given('unused', units))).toMatchObject({ kind: 'not-asked' });
    expect(asked).toEqual([]);
  });

  it('asks an unused docker that runs', async () => {
    const unit = toRuntimeUnit({ Id: 'docker.service', LoadState: 'loaded', ActiveState: 'active', MainPID: '812' });
    const { host } = docker({ '/_ping': PING });

    expect(await readFact(host, dockerPing, given('unused', { kind: 'units', units: { 'docker.service': unit } }))).toMatchObject(
      { kind: 'asked' },
    );
  });
});

describe('parseContainers', () => {
  it('names containers by their pod, and those without one by their own name', () => {
    expect(parseContainers(JSON.stringify(LIST))).toEqual([
      { id: 'aaa', state: 'running', name: 'web', pod: 'web-1', namespace: 'default' },
      { id: 'bbb', state: 'exited', name: 'lonely' },
    ]);
  });

  it.each(['', '{"message":"broken"}', '[', 'null'])('gives nothing for %j', (body) => {
    expect(parseContainers(body)).toBeUndefined();
  });

  it.each(['[null,1,"x",{},{"Id":7}]', '[{"Id":"a","Names":"x","Labels":[]}]'])('survives items of another shape: %j', (body) => {
    expect(parseContainers(body)?.every(({ id }) => id === 'a')).toBe(true);
  });
});

describe('docker-containers', () => {
  it('asks in the version the daemon speaks', async () => {
    const { host, asked } = docker({ '/_ping': PING, '/v1.41/containers/json?all=1': text(JSON.stringify(LIST)) });

    const list = await readFact(host, dockerContainers, given());

    expect(list).toMatchObject({ kind: 'asked', reply: { kind: 'answered' }, containers: [{ id: 'aaa' }, { id: 'bbb' }] });
    expect(asked).toEqual(['/_ping', '/v1.41/containers/json?all=1']);
  });

  it('asks without a version when the ping brought none', async () => {
    const { host, asked } = docker({ '/_ping': TIMED_OUT });

    await readFact(host, dockerContainers, given());

    expect(asked).toContain('/containers/json?all=1');
  });

  it.each([
    ['is no list', text('<html>')],
    ['was cut', { ...PING, body: '[]', truncated: true } as HttpAnswer],
  ])('fails when the answer %s', async (_, answer) => {
    const { host } = docker({ '/_ping': PING, '/v1.41/containers/json?all=1': answer });

    expect(await readFact(host, dockerContainers, given())).toMatchObject({ reply: { kind: 'failed' }, containers: [] });
  });

  it('leaves an unused docker alone', async () => {
    expect(await readFact(docker({}).host, dockerContainers, given('unused'))).toMatchObject({ kind: 'not-asked' });
  });
});

describe('docker-inspect', () => {
  const url = (id: string) => `/v1.41/containers/${id}/json`;

  it('names the container whose inspect hangs', async () => {
    const { host } = docker({
      '/_ping': PING,
      '/v1.41/containers/json?all=1': text(JSON.stringify(LIST)),
      [url('aaa')]: TIMED_OUT,
      [url('bbb')]: text('{}'),
    });

    expect(await readFact(host, dockerInspect, given())).toEqual({
      kind: 'asked',
      answered: 1,
      open: [{ container: { id: 'aaa', state: 'running', name: 'web', pod: 'web-1', namespace: 'default' }, after: 5000 }],
      left: 0,
    });
  });

  it('in idle rounds asks for the containers of the pods that changed alone, and for all of them when a shim is stopped', async () => {
    let list = [...LIST, { Id: 'ccc', State: 'running', Names: ['/k8s_POD'], Labels: labels('POD', 'web-1') }];
    const asked: string[] = [];
    const host = fakeNode({
      http: ({ url: asks }) => {
        asked.push(asks.replace(/^.*containers\//, ''));
        return asks.includes('all=1') ? text(JSON.stringify(list)) : text('{}');
      },
    });
    const idle = async (stopped: readonly number[]) => {
      asked.length = 0;
      const answers = await readFact(host, dockerInspect, [...given(), [stoppedShims, stopped]], { thorough: false });
      return { answers, asked: asked.filter((path) => path.endsWith('/json')) };
    };

    expect(await idle([])).toMatchObject({ answers: { kind: 'not-asked' }, asked: [] });
    list = list.map((one) => (one.Id === 'ccc' ? { ...one, State: 'exited' } : one));
    expect(await idle([])).toMatchObject({ answers: { answered: 2, of: 3 }, asked: ['aaa/json', 'ccc/json'] });
    expect(await idle([])).toMatchObject({ answers: { kind: 'not-asked' } });
    expect((await idle([4711])).asked).toEqual(['aaa/json', 'bbb/json', 'ccc/json']);
  });

  it('takes a container that was removed meanwhile as answered', async () => {
    const { host } = docker({ '/_ping': PING, '/v1.41/containers/json?all=1': text(JSON.stringify(LIST)) });

    expect(await readFact(host, dockerInspect, given())).toMatchObject({ answered: 2, open: [] });
  });

  it('asks for none when there is no list', async () => {
    const { host } = docker({ '/_ping': PING, '/v1.41/containers/json?all=1': TIMED_OUT });

    expect(await readFact(host, dockerInspect, given())).toMatchObject({ kind: 'not-asked' });
  });

  it('asks sixteen at a time and says how many were left', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ Id: `c${index}`, State: 'running' }));
    let open = 0;
    let most = 0;
    let now = 0;
    const node = docker({ '/_ping': PING, '/v1.41/containers/json?all=1': text(JSON.stringify(many)) }).host;
    const host = {
      ...node,
      clock: { ...node.clock, monotonic: () => now },
      httpGet: async (request: HttpRequest) => {
        if (!request.url.endsWith('/json')) return await node.httpGet(request);
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        now += 100;
        return TIMED_OUT;
      },
    };

    const answers = await readFact(host, dockerInspect, given());

    expect(most).toBe(16);
    expect(answers).toMatchObject({ kind: 'asked', answered: 0 });
    expect(answers.kind === 'asked' && answers.open.length + answers.left).toBe(40);
    expect(answers.kind === 'asked' && answers.left).toBeGreaterThan(0);
  });
});

describe('docker-info', () => {
  it('reads what the running daemon says', async () => {
    const info = {
      LiveRestoreEnabled: true,
      DockerRootDir: '/data/docker',
      ContainersRunning: 31,
      ServerVersion: '20.10.24',
      More: 1,
    };
    const { host } = docker({ '/_ping': PING, '/v1.41/info': text(JSON.stringify(info)) });

    expect(await readFact(host, dockerInfo, given())).toEqual({
      kind: 'known',
      liveRestore: true,
      rootDirectory: '/data/docker',
      running: 31,
      serverVersion: '20.10.24',
    });
  });

  it('does not ask a docker that does not answer', async () => {
    const { host, asked } = docker({ '/_ping': TIMED_OUT });

    expect(await readFact(host, dockerInfo, given())).toMatchObject({ kind: 'unknown' });
    expect(asked).toEqual(['/_ping']);
  });

  it.each(['', '[]', 'null', '{}', '{"LiveRestoreEnabled":"yes"}'])('never takes %j for live-restore', (body) => {
    expect(parseDockerInfo(body).kind).toBe('unknown');
  });
});
