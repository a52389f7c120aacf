import { describe, expect, it } from 'vitest';
import { heldAlone, rebootUnderWay, withErrandHold, withReboot } from '../../../agent/drain-remedy/hold.ts';
import type { LedgerEvent } from '../../../lib/model/incident.ts';
import type { Decision } from '../../../lib/policy/decide.ts';
import { drain } from '../../../lib/remedies/drain.ts';
import { restartKubelet } from '../../../lib/remedies/restart-kubelet.ts';
import { fakeLedger } from '../../fakes/memory-ledger.ts';

const HOLD = { id: 'under-way', why: 'drain for X: scheduled' } as const;
const ACT: Decision = { kind: 'act', remedy: drain, disruption: 'workload' };
const EXHAUSTED: Decision = { kind: 'exhausted', tried: ['drain', 'reboot'] };
const OPENED: LedgerEvent = {
  kind: 'opened',
  incident: 'i',
  type: 'T',
  reason: 'R',
  severity: 'critical',
  message: '',
  evidence: [],
};
const INTENT: LedgerEvent = {
  kind: 'intent',
  action: 'i.1',
  incident: 'i',
  type: 'T',
  remedy: 'reboot',
  rung: 1,
  disruption: 'node',
  plan: [],
  by: 'agent',
};

async function entries(...events: readonly LedgerEvent[]) {
  const ledger = fakeLedger();
  for (const event of events) await ledger.append(event);
  return ledger.entries;
}

describe('what is under way', () => {
  it('holds what needs the node for itself, and no repair of a daemon', () => {
    expect(heldAlone(HOLD, drain)).toEqual([HOLD]);
    expect(heldAlone(HOLD, restartKubelet)).toEqual([]);
    expect(heldAlone(undefined, drain)).toEqual([]);
    expect(withErrandHold(ACT, HOLD)).toMatchObject({ kind: 'hold', holds: [HOLD] });
  });
});

describe('a reboot that was begun', () => {
  it('is under way until it has an outcome, whichever boot it is', async () => {
    expect(rebootUnderWay(await entries(OPENED, INTENT))).toEqual({
      incident: 'i',
      hold: { id: 'under-way', why: 'reboot for R: neither proved nor given up yet' },
    });
    const end: LedgerEvent = { kind: 'outcome', action: 'i.1', incident: 'i', remedy: 'reboot', outcome: 'failed', message: '' };
    expect(rebootUnderWay(await entries(OPENED, INTENT, end))).toBeUndefined();
    expect(rebootUnderWay(await entries(OPENED, { ...INTENT, remedy: 'drain' }))).toBeUndefined();
  });

  it('keeps its problem from being given up, and its next rung from being taken, before anybody knows what came of it', async () => {
    const underWay = rebootUnderWay(await entries(OPENED, INTENT));

    for (const decision of [EXHAUSTED, ACT])
      expect(withReboot(decision, underWay, 'i')).toMatchObject({
        kind: 'hold',
        remedy: { id: 'reboot' },
        holds: [underWay?.hold],
      });
    expect(withReboot(EXHAUSTED, undefined, 'i')).toBe(EXHAUSTED);
  });

  it('holds another problem’s drain, and leaves the rest to it', async () => {
    const underWay = rebootUnderWay(await entries(OPENED, INTENT));

    expect(withReboot(ACT, underWay, 'other')).toMatchObject({ kind: 'hold', remedy: { id: 'drain' } });
    expect(withReboot(EXHAUSTED, underWay, 'other')).toBe(EXHAUSTED);
    const restart: Decision = { kind: 'act', remedy: restartKubelet, disruption: 'local' };
    expect(withReboot(restart, underWay, undefined)).toBe(restart);
  });
});
