import { describe, expect, it } from 'vitest';
import { setEviction } from '../../../agent/steps/set-eviction.ts';
import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import { fakeNode } from '../../fakes/node.ts';

const STEP = {
  do: 'set-eviction',
  unit: 'kubelet.service',
  signal: 'nodefs.available',
  threshold: '5%',
  within: 600_000,
} as const;
const said = (outcome: string, message: string) =>
  JSON.stringify({ kind: 'EvictionPlan', result: { asked: 'apply', outcome, message } });

function perform(answer: ControlAnswer, launcher: string | undefined = '/opt/nodemend/nodemend') {
  const requests: ControlRequest[] = [];
  const control = {
    async control(request: ControlRequest) {
      requests.push(request);
      return answer;
    },
  };
  const signal = new AbortController().signal;
  return { requests, outcome: setEviction(STEP, { host: fakeNode({}), control, signal, launcher }) };
}

describe('set-eviction', () => {
  it('is done by the command that a person would type, outside of the sandbox', async () => {
    const { requests, outcome } = perform({ kind: 'done', said: said('applied', 'the kubelet runs with it') });

    expect(await outcome).toEqual({ kind: 'done', why: 'nodefs.available<5%: the kubelet runs with it' });
    expect(requests).toEqual([
      {
        kind: 'program',
        argv: [
          '/opt/nodemend/nodemend',
          'tune',
          'eviction',
          '--set',
          'nodefs.available<5%',
          '--allow-weaker',
          '--apply',
          '--json',
        ],
        within: 600_000,
      },
    ]);
  });

  it.each<[string, ControlAnswer, string, string]>([
    ['put everything back', { kind: 'done', said: said('rolled-back', 'the kubelet did not start') }, 'failed', 'did not start'],
    [
      'refused',
      { kind: 'failed', why: 'exit status 1', said: said('refused', 'would evict at once') },
      'failed',
      'evict at once',
    ],
    ['did not start', { kind: 'failed', why: 'no bus' }, 'failed', 'no bus'],
    ['did not end', { kind: 'timed-out', after: 600_000 }, 'timed-out', 'no answer'],
    ['said nonsense', { kind: 'done', said: '{' }, 'failed', 'could not be read'],
  ])('is not done where the command %s', async (_what, answer, kind, why) => {
    expect(await perform(answer).outcome).toMatchObject({ kind, why: expect.stringContaining(why) });
  });

  it('is left to a person where no agent runs that the command could ask', async () => {
    const control = { control: async () => ({ kind: 'done' }) as const };
    const alone = setEviction(STEP, { host: fakeNode({}), control, signal: new AbortController().signal });

    expect(await alone).toMatchObject({ kind: 'refused', why: expect.stringContaining("--set 'nodefs.available<5%'") });
  });
});
