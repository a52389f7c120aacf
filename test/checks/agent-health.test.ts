import { describe, expect, it } from 'vitest';
import { agentHealth } from '../../lib/checks/agent-health.ts';
import type { LedgerState } from '../../lib/model/incident.ts';
import type { OwnCheck } from '../../lib/sources/host/own-checks.ts';

const settings = { intervals: 3, unknownAfter: 600_000 };
const own = (details: Partial<OwnCheck> = {}): OwnCheck => ({
  id: 'kubelet-health',
  interval: 5000,
  deadline: 9700,
  silentFor: 4000,
  ...details,
});
const judge = (checks: readonly OwnCheck[], ledger: LedgerState = { kind: 'disk' }) =>
  agentHealth.evaluate({ own: { kind: 'agent', checks, ledger } }, { now: 0, settings });

describe('agent-health', () => {
  it('is skipped by whoever looks once', () => {
    const facts = { own: { kind: 'no-agent', why: 'no agent' } } as const;

    expect(agentHealth.evaluate(facts, { now: 0, settings })).toMatchObject([{ verdict: 'skip', message: 'no agent' }]);
  });

  it.each<[string, Partial<OwnCheck>, boolean]>([
    ['has just run', { silentFor: 4000 }, false],
    ['takes what its sources may take', { silentFor: 49_000 }, false],
    ['takes longer', { silentFor: 49_400 }, true],
    ['runs rarely', { interval: 300_000, silentFor: 890_000 }, false],
    ['runs rarely, and missed three times', { interval: 300_000, silentFor: 900_000 }, true],
  ])('tells a check that stopped from one that is slow: %s', (_, details, stopped) => {
    const [finding] = judge([own(details)]);

    expect(finding?.verdict).toBe(stopped ? 'warn' : 'pass');
    if (stopped) expect(finding).toMatchObject({ reason: 'CheckStopped', severity: 'warning', subject: 'kubelet-health' });
  });

  it.each<[string, Partial<OwnCheck>, boolean]>([
    ['for a moment', { blindFor: 599_000, why: 'the API server says nothing' }, false],
    ['for long', { blindFor: 600_000, why: 'the API server says nothing' }, true],
    ['for two looks of one that runs rarely', { interval: 3_600_000, blindFor: 3_600_000 }, false],
  ])('notices a check that cannot tell %s', (_, details, noticed) => {
    const [finding] = judge([own(details)]);

    expect(finding?.verdict).toBe(noticed ? 'warn' : 'pass');
    if (noticed) {
      expect(finding).toMatchObject({
        reason: 'CheckBlind',
        severity: 'notice',
        message: expect.stringContaining('the API server says nothing'),
        advice: [{ command: 'nodemend doctor --only kubelet-health' }, {}],
      });
    }
  });

  it.each<[LedgerState, string | undefined]>([
    [{ kind: 'disk' }, undefined],
    [{ kind: 'disk', why: 'the disk is full; entries go into the reserve' }, undefined],
    [
      { kind: 'runtime', why: '/var/lib/nodemend/ledger: read-only' },
      'kept in /run until the next boot: /var/lib/nodemend/ledger: read-only',
    ],
    [{ kind: 'memory' }, 'kept nowhere but in memory'],
  ])('says where the ledger is, unless on disk: %j', (ledger, said) => {
    const [finding] = judge([own()], ledger);

    if (said === undefined) expect(finding?.verdict).toBe('pass');
    else expect(finding).toMatchObject({ reason: 'LedgerLost', message: `the ledger is ${said}`, subject: 'ledger' });
  });
});
