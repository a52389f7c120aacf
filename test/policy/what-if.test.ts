import { describe, expect, it } from 'vitest';
import { renderWhatIf, whatIfJson } from '../../agent/output/what-if.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { median, whatIf } from '../../lib/policy/what-if.ts';
import { entry, intent, opened } from '../fakes/ledger.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-01-02T00:00:00Z');
const page = { columns: 100, color: false };

const BOOT = NOW - DAY;
/** At this many seconds after the boot, on both clocks. */
const at = (second: number) => ({ at: BOOT + second * 1000, up: second * 1000, seq: second });
const would = (incident: string, second: number) =>
  entry(
    { kind: 'would', incident, remedy: 'restart-runtime', disruption: 'local', message: 'dockerd has not answered for 12 s' },
    at(second),
  );
const guards = (incident: string, second: number, names: readonly string[]) =>
  entry({ kind: 'guards', incident, remedy: 'restart-runtime', guards: names }, at(second));
const open = (incident: string, second: number) => entry(opened({ incident }), at(second));
const closed = (incident: string, second: number, healedBy: string) => entry({ kind: 'closed', incident, healedBy }, at(second));

const LEDGER: readonly LedgerEntry[] = [
  open('20260101-0001', 10),
  would('20260101-0001', 22),
  closed('20260101-0001', 82, 'itself'),
  open('20260101-0002', 100),
  guards('20260101-0002', 101, ['paused', 'pressure']),
  guards('20260101-0002', 161, ['packages']),
  closed('20260101-0002', 200, 'person'),
  open('20260101-0003', 300),
  entry(intent({ incident: '20260101-0003', action: '20260101-0003.1' }), at(305)),
  closed('20260101-0003', 320, 'restart-runtime'),
  open('20260101-0004', 400),
  open('20260101-0005', 500),
  guards('20260101-0005', 501, ['cooldown']),
  would('20260101-0005', 560),
];

describe('what remedy mode would have done', () => {
  it('is told of each incident by what the ledger was told at the time', () => {
    const { incidents } = whatIf(LEDGER, 30 * DAY, NOW);

    expect(incidents).toMatchObject([
      { verdict: 'would', remedy: 'restart-runtime', disruption: 'local', after: 12_000, overAfter: 60_000, guards: [] },
      { verdict: 'held', after: 1000, guards: ['paused', 'pressure', 'packages'] },
      { verdict: 'did', remedy: 'restart-runtime', overAfter: 15_000 },
      { verdict: 'none' },
      { verdict: 'would', after: 60_000, guards: ['cooldown'] },
    ]);
    expect(incidents[4]?.overAfter).toBeUndefined();
  });

  it('leaves out what is older', () => {
    expect(whatIf(LEDGER, DAY - 250_000, NOW).incidents.map(({ incident }) => incident.id)).toEqual([
      '20260101-0003',
      '20260101-0004',
      '20260101-0005',
    ]);
  });

  it('is a page whose first lines are the sums', () => {
    const text = renderWhatIf({ ...whatIf(LEDGER, 30 * DAY, NOW), mode: 'observe', notes: [] }, page);

    expect(text).toContain('The ledger begins 2026-01-01 00:00 UTC');
    expect(text).toContain('would have been repaired: 2 incidents (restart-runtime 2×); 1 of them healed by itself, half of');
    expect(text).toContain('held by guards all the time: 1 incident (paused 1×, pressure 1×, packages 1×)');
    expect(text).toContain('were repaired: 1 incident (restart-runtime 1×)');
    expect(text).toContain('without a remedy that is switched on: 1 incident (DockerHung 1×)');
    expect(text).toContain('dockerd has not answered for 12 s');
  });

  it('is the same as JSON', () => {
    const json = whatIfJson({ ...whatIf(LEDGER, 30 * DAY, NOW), mode: 'observe', notes: [] });

    expect(json.incidents[0]).toMatchObject({ verdict: 'would', afterSeconds: 12, overAfterSeconds: 60, healedBy: 'itself' });
    expect(json.incidents[4]).toMatchObject({ verdict: 'would', healedBy: null, overAfterSeconds: null });
  });

  it('says that there is nothing, and that an empty ledger proves nothing', () => {
    const text = renderWhatIf({ ...whatIf([], DAY, NOW), mode: 'observe', notes: ['x cannot be read'] }, page);

    expect(text).toContain('The ledger is empty');
    expect(text).toContain('No incident in 1d');
    expect(text).toContain('x cannot be read');
  });

  it.each([
    [[], undefined],
    [[5], 5],
    [[9, 1, 5], 5],
    [[1, 3], 2],
  ])('the median of %j is %j', (durations, middle) => expect(median(durations)).toBe(middle));
});
