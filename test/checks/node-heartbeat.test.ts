import { describe, expect, it } from 'vitest';
import { nodeHeartbeat } from '../../lib/checks/node-heartbeat.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { answer, at, denied, identity, lease, type NodeParts, node, PATHS, SERVER_NOW } from '../fakes/cluster.ts';
import { judge } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const MISSING = answer({ kind: 'Status' }, 404);

interface Cluster {
  readonly lease?: ApiAnswer;
  readonly node?: ApiAnswer;
}

const hostOf = (cluster: Cluster, more: FakeNode = {}): FakeNode => ({
  now: SERVER_NOW,
  identity,
  api: { [PATHS.lease]: cluster.lease ?? lease(at(-3)), [PATHS.node]: cluster.node ?? node() },
  ...more,
});
const findings = (cluster: Cluster, more?: FakeNode, settings = {}) =>
  judge(nodeHeartbeat, fakeNode(hostOf(cluster, more)), settings);
const stale = (ready: NodeParts['ready']) => node({ ready: ready ?? {} });

describe('node-heartbeat', () => {
  it('passes with the numbers', async () => {
    expect(await findings({})).toMatchObject([
      { verdict: 'pass', message: 'Lease renewed 3s ago, status 1m old; the grace period is 40s' },
    ]);
  });

  it.each([
    [12, 'pass', undefined, undefined],
    [24, 'pass', undefined, undefined],
    [27, 'warn', 'HeartbeatLate', 'suspected'],
    [31, 'warn', 'HeartbeatLate', 'active'],
    [41, 'fail', 'HeartbeatLost', 'active'],
    [86_400, 'fail', 'HeartbeatLost', 'active'],
  ])('judges a Lease of %i s as %s %s', async (age, verdict, reason, state) => {
    const [finding] = await findings({ lease: lease(at(-age)) });

    expect(finding).toMatchObject({ verdict, ...(reason === undefined ? {} : { type: 'HeartbeatAtRisk', reason, state }) });
  });

  it('takes the grace period of the configuration', async () => {
    expect(await findings({ lease: lease(at(-45)) }, {}, { gracePeriod: 100_000 })).toMatchObject([{ verdict: 'pass' }]);
  });

  it('allows for a longer Lease', async () => {
    const slow = lease(at(-45), { leaseDurationSeconds: 80 });

    expect(await findings({ lease: slow }, {}, { gracePeriod: 60_000 })).toMatchObject([{ verdict: 'pass' }]);
  });

  // The kubelet stamps by the clock of this host; the API server's clock may differ by any amount.
  it.each([
    ['ahead', 3600],
    ['behind', -3600],
  ])('is not misled by a host whose clock is an hour %s', async (_case, skew) => {
    const now = SERVER_NOW + skew * 1000;
    const [fresh] = await findings({ lease: lease(at(skew - 3)) }, { now });
    const [late] = await findings({ lease: lease(at(skew - 300)) }, { now });

    expect(fresh).toMatchObject({
      verdict: 'pass',
      evidence: [{ from: 'clocks', excerpt: expect.stringMatching(/1h (ahead|behind)/) }],
    });
    expect(late).toMatchObject({ reason: 'HeartbeatLost', measure: { observed: 300_000 } });
  });

  it.each([
    ['forward, the kubelet is fine', 3600, -3, 'pass'],
    ['forward, the kubelet is dead', 3600, -300, 'fail'],
    ['back, the kubelet is fine', -3600, -3, 'pass'],
    ['back, the kubelet is dead', -3600, -300, 'fail'],
  ])('is not misled by a clock that was just set %s', async (_case, step, renewed, verdict) => {
    const [finding] = await findings({ lease: lease(at(renewed)) }, { now: SERVER_NOW + step * 1000 });

    expect(finding?.verdict).toBe(verdict);
  });

  it('says when the control plane has given the node up, though the kubelet is back', async () => {
    const node = stale({ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });

    expect(await findings({ node })).toMatchObject([
      {
        verdict: 'fail',
        reason: 'HeartbeatLost',
        state: 'suspected',
        evidence: [{ excerpt: expect.stringContaining('stopped posting') }],
      },
    ]);
  });

  it('says that the status is stale while the Lease is not', async () => {
    expect(await findings({ node: stale({ lastHeartbeatTime: at(-600) }) })).toMatchObject([
      { verdict: 'warn', reason: 'StatusStale', message: 'the node’s status is 10m old, the kubelet reports it every 5m' },
    ]);
    expect(await findings({ node: stale({ lastHeartbeatTime: at(-390) }) })).toMatchObject([{ verdict: 'pass' }]);
  });

  it('does without a Lease where the status is reported every 10 s, as before v1.14', async () => {
    const [old] = await findings({ lease: MISSING, node: stale({ lastHeartbeatTime: at(-8) }) });
    const [lost] = await findings({ lease: MISSING, node: stale({ lastHeartbeatTime: at(-200) }) });

    expect(old).toMatchObject({ verdict: 'pass', message: expect.stringContaining('no Lease') });
    expect(lost).toMatchObject({ verdict: 'warn', reason: 'LeaseMissing' });
  });

  it('says that a Lease was never renewed', async () => {
    expect(await findings({ lease: lease(undefined) })).toMatchObject([{ reason: 'LeaseMissing' }]);
  });

  it('says that the Node is gone, when the name is proved', async () => {
    const gone = { lease: MISSING, node: MISSING };
    const [guessed] = await findings(gone, { identity: { ...identity, user: 'admin', nodeNameFrom: 'hostname' } });

    expect(await findings(gone)).toMatchObject([{ verdict: 'fail', reason: 'NodeMissing' }]);
    expect(guessed).toMatchObject({
      verdict: 'unknown',
      message: 'the API server has no Node node-a, as admin (/etc/kubernetes/kubelet.conf) sees it',
    });
  });

  it.each<[string, ApiAnswer, string]>([
    ['refuses', { kind: 'refused' }, 'the API server https://10.0.0.1:6443 refused the connection'],
    ['is silent', { kind: 'timed-out', after: 3000, connected: true }, 'gave no answer within 3s'],
    ['is out of reach', { kind: 'failed', code: 'EHOSTUNREACH' }, 'could not be asked: no route to it'],
    [
      'is a stranger',
      { kind: 'untrusted', reason: 'its certificate: CERT_HAS_EXPIRED' },
      'is not trusted: its certificate: CERT_HAS_EXPIRED',
    ],
    ['is overloaded', answer({}, 429), 'the API server answered 429'],
    ['answers nonsense', answer({ kind: 'Pod' }), 'another kind of object'],
    ['answers null', answer(null), 'another kind of object'],
  ])('cannot tell when the API server %s', async (_case, reply, why) => {
    const [finding] = await findings({ lease: reply, node: reply });

    expect(finding).toMatchObject({ verdict: 'unknown', message: expect.stringContaining(why) });
  });

  it('cannot tell when an identity of our own is denied', async () => {
    const own = { ...identity, user: 'system:serviceaccount:nodemend:agent', origin: 'own' } as const;

    expect(await findings({ lease: denied, node: denied }, { identity: own })).toMatchObject([
      {
        verdict: 'unknown',
        message:
          'system:serviceaccount:nodemend:agent (/etc/kubernetes/kubelet.conf) may not ask for it: nodes "node-a" is forbidden',
      },
    ]);
  });

  it('names a kubelet whose own identity is denied its Node and Lease', async () => {
    const expired = { ...identity, expiresAt: SERVER_NOW - 3_600_000 };
    const forbidden = await findings({ lease: denied, node: denied });
    const unknownToIt = await findings({ lease: answer({}, 401), node: answer({}, 401) }, { identity: expired });

    expect(forbidden).toMatchObject([{ verdict: 'fail', type: 'HeartbeatAtRisk', reason: 'KubeletDenied', state: 'suspected' }]);
    expect(unknownToIt).toMatchObject([
      {
        reason: 'KubeletDenied',
        message:
          'the API server does not accept the credential of system:node:node-a (/etc/kubernetes/kubelet.conf), which expired 1h ago',
      },
    ]);
  });

  it('takes a Lease alone that is denied for a cluster without Leases (before v1.13)', async () => {
    expect(await findings({ lease: denied })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('skips a host that has not joined, and cannot tell with a broken kubeconfig', async () => {
    const [alone] = await findings({}, { identity: { kind: 'none', reason: 'no kubeconfig' } });
    const [broken] = await findings({}, { identity: { kind: 'unusable', file: '/x', reason: '/x:3:1: expected a server' } });

    expect(alone).toMatchObject({ verdict: 'skip', message: 'no kubeconfig' });
    expect(broken).toMatchObject({ verdict: 'unknown', message: '/x:3:1: expected a server' });
  });
});
