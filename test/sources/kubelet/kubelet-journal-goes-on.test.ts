import { describe, expect, it } from 'vitest';
import { minutes } from '../../../lib/model/units.ts';
import {
  GOES_ON,
  goOn,
  type KubeletJournalRead,
  LONGEST_KEPT,
  REACHES_BACK,
} from '../../../lib/sources/kubelet/kubelet-journal.ts';

const now = 1_800_000_000_000;
const read = (more: Partial<KubeletJournalRead> = {}): KubeletJournalRead => ({
  kind: 'read',
  unit: 'kubelet.service',
  heard: 0,
  failures: [],
  ...more,
});

describe('the journal, read on', () => {
  it('keeps what the new lines do not speak of', () => {
    const last = read({
      heard: 7,
      from: now - minutes(60),
      pleg: { at: now - minutes(2), line: 'PLEG is not healthy' },
      fatal: { at: now - minutes(9), line: 'F1121 …' },
    });

    expect(goOn(last, read({ from: now - 1000 }), now)).toEqual(last);
  });

  it('knows as whom the kubelet logs, also when it says nothing', () => {
    expect(goOn(read({ identifier: 'kubelet' }), read(), now)).toMatchObject({ identifier: 'kubelet' });
    expect(goOn(read({ identifier: 'kubelet' }), read({ identifier: 'hyperkube' }), now)).toMatchObject({
      identifier: 'hyperkube',
    });
  });

  it('leaves no line between two readings unread', () => {
    expect(REACHES_BACK).toBeGreaterThan(GOES_ON);
    expect(GOES_ON).toBeGreaterThan(LONGEST_KEPT);
  });

  it('believes the new lines before the old', () => {
    const pleg = { at: now - 1000, line: 'PLEG is not healthy: pleg was last seen active 3m2s ago' };
    const last = read({ heard: 7, pleg: { at: now - minutes(5), line: 'old' } });

    expect(goOn(last, read({ heard: 2, pleg }), now)).toMatchObject({ heard: 2, pleg });
  });

  it('counts each failed run once, and forgets those of more than ten minutes ago', () => {
    const last = read({ failures: [now - minutes(11), now - minutes(4)] });

    expect(goOn(last, read({ failures: [now - minutes(4), now - minutes(1)] }), now).failures).toEqual([
      now - minutes(4),
      now - minutes(1),
    ]);
  });

  it('counts the errors of the API server anew: they end', () => {
    expect(goOn(read({ apiErrors: 3 }), read(), now)).not.toHaveProperty('apiErrors');
  });
});
