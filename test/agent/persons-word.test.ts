import { describe, expect, it } from 'vitest';
import { heldByPerson } from '../../agent/persons-word.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { nodeIdentity } from '../fakes/identity.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const PATH = '/api/v1/nodes/web-1';
const node = (annotations: Readonly<Record<string, string>>): ApiAnswer => ({
  kind: 'response',
  status: 200,
  body: { kind: 'Node', metadata: { name: 'web-1', annotations } },
  took: 3,
});
const identity = nodeIdentity('web-1');

describe('heldByPerson', () => {
  it.each<[string, Omit<FakeNode, 'identity'>, string | undefined]>([
    ['nobody says anything', { api: { [PATH]: node({}) } }, undefined],
    ['the annotation', { api: { [PATH]: node({ 'nodemend.io/pause': 'true' }) } }, 'paused: annotation nodemend.io/pause'],
    ['an annotation that is over', { api: { [PATH]: node({ 'nodemend.io/pause': '2025-01-01T00:00:00Z' }) } }, undefined],
    ['the mode', { api: { [PATH]: node({ 'nodemend.io/mode': 'observe' }) } }, 'the Node says nodemend.io/mode=observe'],
    ['the file', { files: { '/etc/nodemend/pause': 'new disks' }, api: { [PATH]: node({}) } }, 'paused: new disks'],
    [
      'the file, while the API server says nothing',
      { files: { '/etc/nodemend/pause': '' }, api: { [PATH]: { kind: 'timed-out', after: 7000, connected: true } } },
      'paused',
    ],
    ['no API server', { api: { [PATH]: { kind: 'refused' } } }, undefined],
  ])('%s', async (_, given, held) => {
    expect(await heldByPerson(fakeNode({ ...given, identity }))).toBe(held);
  });
});
