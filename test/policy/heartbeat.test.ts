import { describe, expect, it } from 'vitest';
import { apiServer, type HeartbeatProof, heartbeatRest } from '../../lib/policy/heartbeat.ts';
import { entry, intent } from '../fakes/ledger.ts';

const SERVER = 'https://10.0.0.1:6443';
/** Only the kubelet fails. */
const PROOF: HeartbeatProof = { steadyFor: 60_000, ours: SERVER, kubelets: SERVER, errors: 3, answers: true };

describe('apiServer', () => {
  it('lets a kubelet be restarted that alone cannot reach a server that answers', () => {
    expect(apiServer(PROOF)).toBeUndefined();
  });

  it.each<[string, Partial<HeartbeatProof>, string]>([
    ['not long enough', { steadyFor: 59_999 }, 'not yet for 1m'],
    ['not at all', { steadyFor: 0 }, 'for 0'],
    ['another server', { kubelets: 'https://127.0.0.1:6443' }, 'the kubelet asks https://127.0.0.1:6443'],
    ['no complaint', { errors: 0 }, 'complains of no failed request'],
    ['a kubelet that does not answer', { answers: false }, 'health endpoint'],
  ])('holds otherwise: %s', (_, changes, why) => {
    expect(apiServer({ ...PROOF, ...changes })).toMatchObject({ id: 'api-server', why: expect.stringContaining(why) });
  });

  it.each(['ours', 'kubelets', 'errors', 'answers'] as const)('holds for want of knowledge: %s', (name) => {
    const { [name]: _, ...known } = PROOF;

    expect(apiServer(known)?.id).toBe('api-server');
  });
});

describe('heartbeatRest', () => {
  const NOW = { boot: 'boot-a', up: 10_000_000 };
  const restarted = (minutesAgo: number, type = 'HeartbeatAtRisk') => [
    entry(intent({ type, remedy: 'restart-kubelet' }), { up: NOW.up - minutesAgo * 60_000 }),
  ];

  it.each<[string, Parameters<typeof heartbeatRest>, boolean]>([
    ['never', [[], NOW, 0], false],
    ['within the hour', [restarted(59), NOW, 0], true],
    ['an hour ago', [restarted(60), NOW, 0], false],
    ['an hour ago, and its turn is later', [restarted(60), NOW, 0.5], true],
    ['its turn', [restarted(68), NOW, 0.5], false],
    ['for another problem', [restarted(10, 'KubeletUnhealthy'), NOW, 0], false],
  ])('restarts once an hour, each node at its own minute: %s', (_, input, rests) => {
    expect(heartbeatRest(...input)?.id).toBe(rests ? 'cooldown' : undefined);
  });
});
