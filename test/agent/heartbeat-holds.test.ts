import { describe, expect, it } from 'vitest';
import { gatherer } from '../../agent/gather.ts';
import { withHeartbeatHolds } from '../../agent/heartbeat-holds.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { kubeletApiErrors } from '../../lib/sources/kubelet/kubelet-api-errors.ts';
import { kubeletHealthz } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import { kubeletPlaces } from '../../lib/sources/kubelet/kubelet-places.ts';
import { faultOf, standingOf } from '../fakes/faults.ts';
import { fakeNode, text } from '../fakes/node.ts';

const remedy = findRemedy('restart-kubelet');
if (remedy === undefined) throw new Error('no restart-kubelet');
const ACT: Decision = { kind: 'act', remedy, disruption: 'local' };
const FILE = '/etc/kubernetes/kubelet.conf';
const SERVER = 'https://10.0.0.1:6443';
const kubeconfig = (server: string) => `
apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: t}}]
`;
const heartbeat = (type = 'HeartbeatAtRisk') => standingOf(faultOf(type, 'HeartbeatLost'));

function decide(server: string, { decision = ACT, type }: { readonly decision?: Decision; readonly type?: string } = {}) {
  const host = fakeNode({
    files: { [FILE]: kubeconfig(server) },
    identity: {
      kind: 'identity',
      origin: 'kubelet',
      file: FILE,
      server: SERVER,
      credential: 'token',
      nodeName: 'web-1',
      nodeNameFrom: 'credential',
    },
  });
  const known = new Map<unknown, unknown>([
    [kubeletPlaces, { kubeconfig: FILE }],
    [kubeletHealthz, { kind: 'asked', probes: [{ url: '', answer: text('ok') }] }],
  ]);
  const read = gatherer(host);
  return withHeartbeatHolds(decision, heartbeat(type), {
    host,
    node: 'web-1',
    factOf: async <Fact>(source: Parameters<typeof read.fact<Fact>>[0]) =>
      (known.has(source) ? known.get(source) : await read.fact(source)) as Fact,
    entries: [],
    now: { boot: 'b', up: 9 },
    api: { steadyFor: () => 70_000 },
    gathered: {
      last: <Fact>(source: unknown) =>
        source === kubeletApiErrors ? { fact: { kind: 'heard', count: 2 } as Fact, age: 5000 } : undefined,
    },
  });
}

describe('withHeartbeatHolds', () => {
  it('restarts the kubelet when it alone cannot reach the server that answers us', async () => {
    expect(await decide(SERVER)).toBe(ACT);
  });

  it('holds where the kubelet asks another server, beside what held before', async () => {
    const held: Decision = { ...ACT, kind: 'hold', holds: [{ id: 'paused', why: 'paused' }] };

    expect(await decide('https://127.0.0.1:6443')).toMatchObject({ kind: 'hold', holds: [{ id: 'api-server' }] });
    expect(await decide('https://127.0.0.1:6443', { decision: held })).toMatchObject({
      holds: [{ id: 'paused' }, { id: 'api-server' }],
    });
  });

  it('says nothing of other problems', async () => {
    expect(await decide('https://127.0.0.1:6443', { type: 'KubeletUnhealthy' })).toBe(ACT);
  });
});
