import { describe, expect, it } from 'vitest';
import { kubeletCommand } from '../../../lib/sources/kubelet/kubelet-command.ts';
import { kubeletSettings } from '../../../lib/sources/kubelet/kubelet-settings.ts';
import { runtimeEndpoint, toEndpoint, toService } from '../../../lib/sources/runtime/runtime-endpoint.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const found = (...paths: string[]) => paths.map((path) => toService(path, 'found'));
const summary = (services: readonly { name: string; role: string; socketPath: string; assumed?: boolean }[]) =>
  services.map(({ name, role, socketPath, assumed }) => `${role} ${name} ${socketPath}${assumed === true ? ' assumed' : ''}`);

describe('toService', () => {
  it.each([
    ['/var/run/docker.sock', { name: 'docker', socketPath: '/run/docker.sock', units: ['docker.service'] }],
    ['/run/containerd/containerd.sock', { name: 'containerd', units: ['containerd.service'] }],
    ['/var/run/cri-dockerd.sock', { name: 'cri-dockerd', socketPath: '/run/cri-dockerd.sock' }],
    ['/var/run/crio/crio.sock', { name: 'cri-o', units: ['crio.service'] }],
    ['/run/k3s/containerd/containerd.sock', { name: 'containerd', units: [], inside: 'k3s' }],
    ['/run/docker/containerd/containerd.sock', { name: 'containerd', units: [], inside: 'docker' }],
    ['/var/snap/microk8s/common/run/containerd.sock', { name: 'containerd', inside: 'microk8s' }],
    ['/opt/own.sock', { name: 'containerd', socketPath: '/opt/own.sock' }],
  ])('knows %s', (path, service) => {
    expect(toService(path, 'endpoint')).toMatchObject(service);
  });
});

describe('toEndpoint', () => {
  it.each([
    [
      'dockershim with the containerd behind it',
      toService('/var/run/docker.sock', 'endpoint', 'docker'),
      found('/run/docker.sock', '/run/containerd/containerd.sock'),
      ['endpoint docker /run/docker.sock', 'backend containerd /run/containerd/containerd.sock'],
    ],
    [
      'dockershim with a containerd that dockerd started itself',
      toService('/run/docker.sock', 'endpoint'),
      found('/run/docker.sock', '/run/docker/containerd/containerd.sock'),
      ['endpoint docker /run/docker.sock', 'backend containerd /run/docker/containerd/containerd.sock'],
    ],
    [
      'dockershim whose containerd is nowhere to be seen',
      toService('/run/docker.sock', 'endpoint'),
      found('/run/docker.sock'),
      ['endpoint docker /run/docker.sock', 'backend containerd /run/containerd/containerd.sock assumed'],
    ],
    [
      'cri-dockerd with both behind it',
      toService('/run/cri-dockerd.sock', 'endpoint'),
      found('/run/cri-dockerd.sock', '/run/docker.sock', '/run/containerd/containerd.sock'),
      [
        'endpoint cri-dockerd /run/cri-dockerd.sock',
        'backend docker /run/docker.sock',
        'backend containerd /run/containerd/containerd.sock',
      ],
    ],
    [
      'containerd beside a docker that the kubelet does not use',
      toService('/run/containerd/containerd.sock', 'endpoint'),
      found('/run/docker.sock', '/run/containerd/containerd.sock'),
      ['endpoint containerd /run/containerd/containerd.sock', 'unused docker /run/docker.sock'],
    ],
    [
      'an endpoint whose socket is gone',
      toService('/run/crio/crio.sock', 'endpoint'),
      found(),
      ['endpoint cri-o /run/crio/crio.sock'],
    ],
    ['no kubelet', undefined, found('/run/docker.sock'), ['found docker /run/docker.sock']],
  ])('sees %s', (_, endpoint, sockets, services) => {
    expect(summary(toEndpoint(endpoint, sockets, '').services)).toEqual(services);
  });
});

describe('runtimeEndpoint', () => {
  const sockets = { '/run/docker.sock': {}, '/run/containerd/containerd.sock': {} };
  const command = { argv: ['/usr/bin/kubelet'], source: 'process 812', pid: 812, layout: 'systemd', installed: true };

  it('believes the kubelet', async () => {
    const given = [
      [kubeletCommand, command],
      [kubeletSettings, { runtimeEndpoint: '/run/containerd/containerd.sock' }],
    ] as const;

    const { services, source } = await readFact(fakeNode({ status: sockets }), runtimeEndpoint, given);

    expect(source).toBe('process 812');
    expect(summary(services)).toEqual(['endpoint containerd /run/containerd/containerd.sock', 'unused docker /run/docker.sock']);
  });

  it('reads the flag when the settings cannot be had', async () => {
    const argv = [...command.argv, '--container-runtime-endpoint=unix:///run/crio/crio.sock'];
    const given = [
      [kubeletCommand, { ...command, argv }],
      [kubeletSettings, Promise.reject(new Error('the kubelet hangs'))],
    ] as const;

    const { services } = await readFact(fakeNode({}), runtimeEndpoint, given);

    expect(summary(services)).toEqual(['endpoint cri-o /run/crio/crio.sock']);
  });

  it('takes the sockets it finds where there is no kubelet', async () => {
    const given = [[kubeletCommand, { ...command, argv: [], installed: false, source: 'no kubelet' }]] as const;

    const { services, source } = await readFact(fakeNode({ status: sockets }), runtimeEndpoint, given);

    expect(source).toContain('no kubelet');
    expect(summary(services)).toEqual(['found docker /run/docker.sock', 'found containerd /run/containerd/containerd.sock']);
  });
});
