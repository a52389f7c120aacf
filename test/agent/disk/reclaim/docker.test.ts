import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDocker, toStoredContainer } from '../../../../agent/disk/reclaim/docker.ts';
import { dockerDelete } from '../../../../agent/disk/reclaim/docker-api.ts';
import { fakeNode } from '../../../fakes/node.ts';

const ROOT = '/data/docker';
const SOCKET = '/run/docker.sock';
const HEX = 'a'.repeat(64);
const labels = { 'io.kubernetes.docker.type': 'container', 'io.kubernetes.pod.uid': 'u1' };

describe('toStoredContainer', () => {
  const listed = { Id: 'c1', Names: ['/k8s_app'], State: 'exited', Image: 'app:1', ImageID: `sha256:${HEX}`, Labels: labels };
  const exited = { State: { Running: false, FinishedAt: '2026-01-01T00:00:00Z' } };

  it('knows the pod, the image and when it ended', () => {
    expect(toStoredContainer(listed, exited)).toEqual({
      id: 'c1',
      name: 'k8s_app',
      podUid: 'u1',
      isSandbox: false,
      hasExited: true,
      finishedAt: Date.parse('2026-01-01T00:00:00Z'),
      images: ['app:1', `sha256:${HEX}`],
    });
  });

  it.each([
    ['one that runs', { ...listed, State: 'running' }, {}],
    ['one that was restarted between the two questions', listed, { State: { Running: true } }],
    ['one that could not be inspected', listed, {}],
    ['one that has never run', { ...listed, State: 'created' }, exited],
    ['nonsense', 'c1', undefined],
  ])('%s has not exited', (_what, one, inspected) => {
    expect(toStoredContainer(one, inspected).hasExited).toBe(false);
  });

  it('takes what is not a container of a pod for a sandbox', () => {
    expect(
      toStoredContainer({ ...listed, Labels: { ...labels, 'io.kubernetes.docker.type': 'podsandbox' } }, exited).isSandbox,
    ).toBe(true);
  });
});

describe('openDocker', () => {
  const host = fakeNode({
    directories: { [`${ROOT}/image`]: ['overlay2'] },
    status: { [`${ROOT}/image/overlay2/imagedb/content/sha256/${HEX}`]: { modifiedAt: 5, changedAt: 7 } },
    http: {
      [`${SOCKET} http://localhost/images/json`]: JSON.stringify([
        { Id: `sha256:${HEX}`, RepoTags: ['app:1', '<none>:<none>'], RepoDigests: ['app@sha256:0'], Size: 12, Created: 1 },
        { Id: `sha256:${'b'.repeat(64)}`, RepoTags: null, Size: 1 },
      ]),
    },
  });
  const docker = openDocker(host, { socketPath: SOCKET, root: ROOT, sandboxImages: [] });

  it('dates an image by its arrival on this node, and not by what its maker wrote into it', async () => {
    expect(await docker.images()).toEqual([
      { id: `sha256:${HEX}`, names: ['app:1', 'app@sha256:0'], pinned: false, storedAt: 7, bytes: 12 },
      { id: `sha256:${'b'.repeat(64)}`, names: [], pinned: false, bytes: 1 },
    ]);
  });

  it('does not take silence for emptiness', async () => {
    await expect(docker.containers()).rejects.toThrow('docker /containers/json?all=1: refused');
  });
});

describe('dockerDelete', () => {
  let directory = '';
  let server = http.createServer();
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'docker-'));
    server = http.createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.statusCode = Number(/status=(\d+)/.exec(url ?? '')?.[1] ?? 200);
      response.end('{"message":"conflict: image is being used by running container \\"x\\""}');
    });
    await new Promise<void>((resolve) => server.listen(join(directory, 's'), resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
  });

  it('removes, is content with what is gone, and hands over why docker refused', async () => {
    const socket = join(directory, 's');

    expect(await dockerDelete(socket, '/images/a')).toBeUndefined();
    expect(await dockerDelete(socket, '/images/a?status=404')).toBeUndefined();
    expect(await dockerDelete(socket, '/images/a?status=409')).toContain('being used by running container');
    expect(asked).toEqual(['DELETE /images/a', 'DELETE /images/a?status=404', 'DELETE /images/a?status=409']);
  });

  it('says so where nobody listens', async () => {
    expect(await dockerDelete(join(directory, 'none'), '/images/a')).toContain('ENOENT');
  });

  it('removes an image by each of its names, never by force, and stops at the first refusal', async () => {
    const docker = openDocker(fakeNode({}), { socketPath: join(directory, 's'), root: ROOT, sandboxImages: [] });
    const image = { id: `sha256:${HEX}`, names: ['app:1', 'reg/app:1', 'app@sha256:0'], pinned: false, bytes: 1 };

    expect(await docker.removeImage(image)).toBeUndefined();
    expect(await docker.removeImage({ ...image, names: [] })).toBeUndefined();
    expect(asked).toEqual([
      'DELETE /images/app%3A1?force=0',
      'DELETE /images/reg%2Fapp%3A1?force=0',
      `DELETE /images/sha256%3A${HEX}?force=0`,
    ]);
  });

  it('never removes volumes, and never a container by force', async () => {
    const docker = openDocker(fakeNode({}), { socketPath: join(directory, 's'), root: ROOT, sandboxImages: [] });

    await docker.removeContainer({ id: 'c1', name: 'x', isSandbox: false, hasExited: true, images: [] });

    expect(asked).toEqual(['DELETE /containers/c1?v=0&force=0']);
  });
});
