import { describe, expect, it } from 'vitest';
import { reclaimStep } from '../../../agent/steps/reclaim.ts';
import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import type { ReclaimReport } from '../../../lib/model/reclaim.ts';
import { fakeNode } from '../../fakes/node.ts';

const aged = { enabled: true, olderThan: 1 };
const STEP = {
  do: 'reclaim',
  what: 'images',
  filesystem: '/var/lib/docker',
  until: { bytes: 5, inodes: 0 },
  settings: {
    cores: { ...aged, directories: [] },
    logs: aged,
    journal: { enabled: true, keep: 1 },
    containers: aged,
    images: aged,
  },
  within: 1000,
} as const;
const report = (details: Partial<ReclaimReport> = {}): string =>
  JSON.stringify({ step: 'images', removed: 2, kept: [], freed: { bytes: 2048, inodes: 9 }, enough: true, ...details });

function perform(answer: ControlAnswer) {
  const requests: ControlRequest[] = [];
  const control = {
    async control(request: ControlRequest) {
      requests.push(request);
      return answer;
    },
  };
  const context = { host: fakeNode({}), control, programIdentity: { nodeName: 'web-1' }, signal: new AbortController().signal };
  return { requests, outcome: reclaimStep(STEP, context) };
}

describe('reclaim', () => {
  it('is done by a program of its own, bounded in time and memory, that is told all it needs', async () => {
    const { requests, outcome } = perform({ kind: 'done', said: report() });

    expect(await outcome).toEqual({ kind: 'done', why: 'images: 2 removed, 2 KiB and 9 inodes freed; there is room again' });
    const [request] = requests;
    expect(request).toMatchObject({ kind: 'program', within: 1250, memory: expect.any(Number) });
    const words = request?.kind === 'program' ? request.argv : [];
    expect(words.at(-2)).toBe('reclaim');
    expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({
      step: 'images',
      filesystem: '/var/lib/docker',
      identity: { nodeName: 'web-1' },
    });
  });

  it('lets the next step try where this one had nothing to remove', async () => {
    const { outcome } = perform({
      kind: 'done',
      said: report({ removed: 0, enough: false, why: 'which pods run here is not known' }),
    });

    expect(await outcome).toEqual({ kind: 'done', why: 'images: nothing removed (which pods run here is not known)' });
  });

  it('names what refused to go', async () => {
    const { outcome } = perform({ kind: 'done', said: report({ enough: false, kept: ['x:1: it is in use by now'] }) });

    expect((await outcome).why).toContain('; kept x:1: it is in use by now');
  });

  it.each<[string, ControlAnswer, string]>([
    ['systemd starts no program', { kind: 'failed', why: 'Failed to connect to bus' }, 'failed'],
    ['it does not end', { kind: 'timed-out', after: 9 }, 'timed-out'],
    ['it says something else', { kind: 'done', said: 'Segmentation fault' }, 'failed'],
    ['it says nothing', { kind: 'done' }, 'failed'],
  ])('fails where %s', async (_what, answer, kind) => {
    expect(await perform(answer).outcome).toMatchObject({ kind });
  });
});
