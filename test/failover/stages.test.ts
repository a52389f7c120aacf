import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../lib/failover/stages.ts';
import { zoneVerdict } from '../../lib/failover/zone.ts';
import { timing, twoNodes } from './pods.ts';

const zone = zoneVerdict(twoNodes, 'a', timing());

/** The controller's own loop: passes `period` plus their own length apart, the first of them `phase` after the last heartbeat. */
function simulate(options: { period: number; grace: number; phase: number; pass: number; atOnce: boolean }) {
  const { period, grace, phase, pass, atOnce } = options;
  let unknown: number | undefined;
  for (let now = phase; ; now += period + pass) {
    // Seen first in this pass: the probe's time is the controller's own.
    if (now - phase <= grace) continue;
    const wasUnknown = unknown !== undefined;
    unknown ??= now;
    // Ten times a second somebody looks into the queue.
    if (atOnce || wasUnknown) return { unknown, tainted: now + 100 };
  }
}

describe('stagesOf', () => {
  it.each([
    ['v1.20.2', {}, [40, 45], [45, 50.1]],
    ['v1.31.0', {}, [40, 45], [45, 50.1]],
    ['v1.32.0', {}, [50, 55], [55, 60.1]],
    ['v1.36.2', {}, [50, 55], [50, 55.1]],
    ['v1.36.2', { 'node-monitor-grace-period': '16s', 'node-monitor-period': '2s' }, [16, 18], [16, 18.1]],
    ['v1.20.2', { 'node-monitor-grace-period': '15s', 'node-monitor-period': '4s' }, [15, 20], [19, 24.1]],
  ] as const)('%s %o: Unknown %o s, tainted %o s', (version, flags, unknown, tainted) => {
    const stages = stagesOf(timing(version, flags), zone);
    const inSeconds = (span: { earliest: number; latest: number } | undefined) =>
      span === undefined ? undefined : [span.earliest / 1000, span.latest / 1000];

    expect(inSeconds(stages.unknown)).toEqual(unknown);
    expect(inSeconds(stages.tainted)).toEqual(tainted);
  });

  it('holds what the controller’s loop does, whatever the periods and the moment of death', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 30_000 }),
        fc.integer({ min: 1000, max: 300_000 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.boolean(),
        (period, grace, share, atOnce) => {
          const version = atOnce ? 'v1.36.2' : 'v1.33.1';
          const flags = { 'node-monitor-period': `${period}ms`, 'node-monitor-grace-period': `${grace}ms` };
          const stages = stagesOf(timing(version, flags), zone);
          const seen = simulate({ period, grace, phase: share * period, pass: 0.001, atOnce });
          // What the passes' own length adds up to.
          const slack = 0.001 * (grace / period + 4);

          expect(seen.unknown).toBeGreaterThanOrEqual(stages.unknown.earliest);
          expect(seen.unknown).toBeLessThanOrEqual(stages.unknown.latest + slack);
          expect(seen.tainted).toBeGreaterThanOrEqual(stages.tainted?.earliest ?? Number.NaN);
          expect(seen.tainted).toBeLessThanOrEqual((stages.tainted?.latest ?? Number.NaN) + slack);
        },
      ),
    );
  });

  it('goes by --pod-eviction-timeout where taints do not evict', () => {
    const stages = stagesOf(timing('v1.20.2', { 'enable-taint-manager': 'false', 'pod-eviction-timeout': '2m' }), zone);

    expect(stages.tainted).toBeUndefined();
    expect(stages.timedOut).toEqual({ earliest: 120_000, latest: 125_100 });
  });

  it('knows no such flag in a version that has dropped it', () => {
    expect(stagesOf(timing('v1.30.0', { 'enable-taint-manager': 'false' }), zone).timedOut).toBeUndefined();
  });

  it.each([
    ['*,-taint-eviction-controller', false],
    ['*,-nodelifecycle', false],
    ['-node-lifecycle-controller,*', false],
    ['job,deployment', false],
    ['*', true],
    ['*,-ttl', true],
  ])('--controllers=%s evicts: %s', (controllers, evicts) => {
    const stages = stagesOf(timing('v1.36.2', { controllers }), zone);

    expect(stages.tainted !== undefined).toBe(evicts);
    if (!evicts) expect(stages.why).toContain(controllers);
  });
});
