import { describe, expect, it } from 'vitest';
import type { CriAnswer, CriRequest } from '../../../lib/host/host.ts';
import { criContainerStatus } from '../../../lib/sources/runtime/cri-container-status.ts';
import { criContainers, toContainers } from '../../../lib/sources/runtime/cri-containers.ts';
import { criStatus, toConditions } from '../../../lib/sources/runtime/cri-status.ts';
import { criVersion } from '../../../lib/sources/runtime/cri-version.ts';
import { type RuntimeRole, runtimeEndpoint, toService } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { runtimeUnits } from '../../../lib/sources/runtime/runtime-units.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const SOCKET = '/run/containerd/containerd.sock';
const response = (body: Readonly<Record<string, unknown>>): CriAnswer => ({
  kind: 'response',
  version: 'v1',
  response: body,
  took: 2,
});
const UNIMPLEMENTED: CriAnswer = { kind: 'grpc-error', code: 12, message: 'unknown service runtime.v1.RuntimeService' };
const TIMED_OUT: CriAnswer = { kind: 'timed-out', after: 2000, connected: true };

const given = (role: RuntimeRole = 'endpoint', path = SOCKET) =>
  [
    [runtimeEndpoint, { services: [toService(path, role)], source: '' }],
    [runtimeUnits, { kind: 'units', units: {} }],
  ] as const;

const cri = (answer: (request: CriRequest) => CriAnswer) => fakeNode({ cri: answer });

describe('cri-version', () => {
  it('names the runtime', async () => {
    const host = cri(() => response({ runtimeName: 'containerd', runtimeVersion: '1.6.20' }));

    expect(await readFact(host, criVersion, given())).toMatchObject([
      { reply: { kind: 'answered' }, apiVersion: 'v1', runtime: 'containerd 1.6.20' },
    ]);
  });

  it.each<[string, RuntimeRole, string]>([
    ['proves life behind docker', 'backend', 'answered'],
    ['proves life without a kubelet', 'found', 'answered'],
    ['is a refusal to the kubelet, which needs CRI', 'endpoint', 'refusing'],
  ])('UNIMPLEMENTED %s', async (_, role, kind) => {
    expect(
      await readFact(
        cri(() => UNIMPLEMENTED),
        criVersion,
        given(role),
      ),
    ).toMatchObject([{ reply: { kind } }]);
  });

  it('leaves an unused runtime alone that does not run', async () => {
    expect(
      await readFact(
        cri(() => UNIMPLEMENTED),
        criVersion,
        given('unused'),
      ),
    ).toEqual([]);
  });
});

describe('cri-status', () => {
  it('reads conditions', async () => {
    const conditions = [
      { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message: 'cni plugin not initialized' },
    ];

    expect(
      await readFact(
        cri(() => response({ status: { conditions } })),
        criStatus,
        given(),
      ),
    ).toMatchObject({ kind: 'known', conditions });
  });

  it('says why it does not know', async () => {
    expect(
      await readFact(
        cri(() => UNIMPLEMENTED),
        criStatus,
        given(),
      ),
    ).toMatchObject({ kind: 'unknown', why: expect.stringContaining('grpc 12') });
    expect(
      await readFact(
        cri(() => UNIMPLEMENTED),
        criStatus,
        given('endpoint', '/run/docker.sock'),
      ),
    ).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    [{}],
    [{ status: null }],
    [{ status: { conditions: 'x' } }],
    [{ status: { conditions: [null, 3] } }],
  ])('survives %j', (body) => {
    expect(toConditions(body)).toEqual([]);
  });
});

describe('cri-containers', () => {
  const containers = [
    {
      id: 'aaa',
      state: 'CONTAINER_RUNNING',
      metadata: { name: 'web' },
      podSandboxId: 'sss',
      labels: { 'io.kubernetes.pod.name': 'web-1', 'io.kubernetes.pod.namespace': 'default' },
    },
    { id: 'bbb', state: 'CONTAINER_EXITED', metadata: { name: 'job' }, labels: {} },
  ];

  it('names the pod of each container', () => {
    expect(toContainers({ containers })).toEqual([
      { id: 'aaa', state: 'CONTAINER_RUNNING', name: 'web', pod: 'web-1', namespace: 'default', sandbox: 'sss' },
      { id: 'bbb', state: 'CONTAINER_EXITED', name: 'job' },
    ]);
  });

  it.each([[{}], [{ containers: null }], [{ containers: [null, {}, { id: 4 }] }]])('survives %j', (body) => {
    expect(toContainers(body)).toEqual([]);
  });

  it('asks for the status of each, and names the one that hangs', async () => {
    const host = cri(({ method, request }) => {
      if (method === 'ListContainers') return response({ containers });
      return request?.containerId === 'bbb' ? TIMED_OUT : response({});
    });

    expect(await readFact(host, criContainerStatus, given())).toMatchObject({
      kind: 'asked',
      answered: 1,
      open: [{ container: { id: 'bbb' } }],
    });
  });

  it.each([
    ['containerd, which tells a status from memory, for what its shim must answer', SOCKET, 'ContainerStats'],
    ['CRI-O for the status, which waits for the lock', '/run/crio/crio.sock', 'ContainerStatus'],
  ])('asks %s', async (_, path, wanted) => {
    const asked = new Set<string>();
    const host = cri(({ method }) => {
      asked.add(method);
      return response(method === 'ListContainers' ? { containers } : {});
    });

    expect(await readFact(host, criContainerStatus, given('endpoint', path))).toMatchObject({ answered: 2 });
    expect([...asked]).toEqual(['ListContainers', wanted]);
  });

  it('takes an error at the deadline for none: containerd 1.6 says so for a shim that did not answer in time', async () => {
    let now = 0;
    const node = cri(({ method }) => {
      if (method === 'ListContainers') return response({ containers });
      return { kind: 'grpc-error', code: 2, message: 'unexpected metrics response: []' };
    });
    const host = {
      ...node,
      clock: { ...node.clock, monotonic: () => now },
      criCall: async (request: CriRequest) => {
        if (request.request?.containerId === 'aaa') now += request.deadline - 10;
        return await node.criCall(request);
      },
    };

    expect(await readFact(host, criContainerStatus, given())).toMatchObject({ open: [{ container: { id: 'aaa' } }] });
  });

  it('leaves inspect to docker behind cri-dockerd, and asks for none without a list', async () => {
    const host = cri(() => response({ containers }));

    expect(await readFact(host, criContainerStatus, given('endpoint', '/run/cri-dockerd.sock'))).toMatchObject({
      kind: 'not-asked',
    });
    expect(
      await readFact(
        cri(() => TIMED_OUT),
        criContainerStatus,
        given(),
      ),
    ).toMatchObject({ kind: 'not-asked' });
    expect(await readFact(host, criContainers, given('unused'))).toMatchObject({ kind: 'not-asked' });
  });
});
