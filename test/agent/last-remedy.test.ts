import { describe, expect, it } from 'vitest';
import { openLastRemedy } from '../../agent/last-remedy.ts';
import type { LedgerEvent } from '../../lib/model/incident.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';

const OPENED: LedgerEvent = {
  kind: 'opened',
  incident: 'i',
  type: 'ReadonlyFilesystem',
  subject: '/data',
  reason: 'FilesystemIsReadOnly',
  severity: 'critical',
  message: 'm',
  evidence: [],
};
const INTENT: LedgerEvent = {
  kind: 'intent',
  action: 'i.1',
  incident: 'i',
  type: 'ReadonlyFilesystem',
  subject: '/data',
  remedy: 'reboot',
  rung: 1,
  disruption: 'node',
  plan: [],
  by: 'agent',
};
const ENDED: LedgerEvent = {
  kind: 'outcome',
  action: 'i.1',
  incident: 'i',
  remedy: 'reboot',
  outcome: 'succeeded',
  message: 'well',
};

async function told(...events: readonly LedgerEvent[]) {
  const ledger = fakeLedger();
  for (const event of events) await ledger.append(event);
  return openLastRemedy(ledger.entries);
}

const step = (changes: Partial<RemedyStep>): RemedyStep => ({
  kind: 'started',
  at: 0,
  type: 'X',
  reason: 'Y',
  remedy: 'drain',
  message: '',
  ...changes,
});

describe('the last remedy', () => {
  it('is none where there never was one', async () => expect((await told(OPENED)).value).toBeNull());

  it('is known from the ledger: the agent of before the reboot cannot say how it ended', async () => {
    const problem = 'ReadonlyFilesystem/FilesystemIsReadOnly (/data)';
    expect((await told(OPENED, INTENT, ENDED)).value).toMatchObject({ remedy: 'reboot', problem, outcome: 'succeeded' });
    expect((await told(OPENED, INTENT)).value).not.toHaveProperty('outcome');
    // An old segment may have taken the beginning of its incident along.
    expect((await told(INTENT, ENDED)).value).toMatchObject({ problem: 'ReadonlyFilesystem', outcome: 'succeeded' });
  });

  it.each<[string, Partial<RemedyStep>, object | null]>([
    ['one that was begun', {}, { remedy: 'drain', problem: 'X/Y' }],
    ['its end', { kind: 'succeeded', outcome: 'succeeded' }, { outcome: 'succeeded' }],
    ['one that was called off under way', { kind: 'skipped', outcome: 'interrupted' }, { outcome: 'interrupted' }],
    ['one that was held before it began', { kind: 'skipped' }, null],
    ['a problem that is given up', { kind: 'exhausted', remedy: undefined as never }, null],
  ])('is told by each step: %s', async (_what, changes, expected) => {
    const last = await told();
    last.take(step(changes));

    if (expected === null) expect(last.value).toBeNull();
    else expect(last.value).toMatchObject(expected);
  });
});
