import { describe, expect, it } from 'vitest';
import type { SurgeEvent } from '../../../agent/drain/surge/events.ts';
import { renderEvent } from '../../../agent/output/drain.ts';
import { eventJson } from '../../../agent/output/drain-json.ts';

const workload = 'Deployment shop/web';
const AT = Date.parse('2026-01-01T00:00:00Z');

const table: readonly [SurgeEvent, string][] = [
  [
    {
      event: 'surge-planned',
      workloads: [
        { workload, way: 'scale', why: 'one more pod while they move', gap: false, wanted: 3, pods: ['shop/a', 'shop/b'] },
        { workload: 'Rollout shop/x', way: 'ordinary', why: 'how it replaces pods is not known', gap: true, pods: ['shop/x'] },
        { workload: 'Job shop/j', way: 'ordinary', why: 'a Job begins anew elsewhere', gap: false, pods: ['shop/j'] },
      ],
    },
    `3 workloads to move:
  Deployment shop/web: 2 of 3 to move, scaled up by one: one more pod while they move
  Rollout shop/x: 1 to move, evicted with a gap: how it replaces pods is not known
  Job shop/j: 1 to move, evicted as any other: a Job begins anew elsewhere
`,
  ],
  [{ event: 'surge-step', workload, message: 'scaled from 3 to 4' }, 'Deployment shop/web: scaled from 3 to 4\n'],
  [
    { event: 'surge-waiting', workload, elapsed: 15_000, why: 'a\u001b[2Jb' },
    'Deployment shop/web: waiting for 15s: a\\x1b[2Jb\n',
  ],
  [{ event: 'surged', workload, way: 'scale', pods: 1, took: 8_400 }, 'Deployment shop/web: 1 pod moved in 8.4s\n'],
  [
    { event: 'surge-failed', workload, way: 'roll', message: 'no room', undone: true },
    'error: Deployment shop/web was not moved: no room\n',
  ],
  [{ event: 'surge-undone', workload, message: 'scaled back to 3' }, 'Deployment shop/web: scaled back to 3\n'],
];

describe('the words of a surge', () => {
  it.each(table)('are for people alone: %j', (event, err) => {
    expect(renderEvent(event, 'none')).toEqual({ err });
  });

  it('have spans in seconds in JSON', () => {
    expect(eventJson({ event: 'surge-waiting', workload, elapsed: 1500, why: 'x' }, AT)).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      event: 'surge-waiting',
      workload,
      why: 'x',
      elapsedSeconds: 1.5,
    });
    expect(eventJson({ event: 'surged', workload, way: 'roll', pods: 2, took: 2000 }, AT)).toMatchObject({
      tookSeconds: 2,
      pods: 2,
    });
  });

  it('call a requested eviction by its name', () => {
    expect(renderEvent({ event: 'evicting', node: 'n', pod: 'shop/w', way: 'request' }, 'none')).toEqual({
      out: 'requesting the eviction of pod shop/w\n',
    });
  });
});
