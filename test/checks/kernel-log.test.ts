import { describe, expect, it } from 'vitest';
import { kernelLog } from '../../lib/checks/kernel-log.ts';
import type { LogClaim, LogView } from '../../lib/sources/host/log-conditions.ts';

const hung: LogClaim = {
  type: 'KernelDeadlock',
  reason: 'DockerHung',
  severity: 'critical',
  subject: '20744',
  message: 'task docker:20744 blocked for more than 120 seconds.',
  since: 5,
  trusted: true,
};
const reading: LogView = { state: 'reading', monitors: 2, claims: [] };
const judge = (kmsg: LogView) => kernelLog.evaluate({ conditions: { kind: 'agent', logs: { kmsg } } }, { now: 10, settings: {} });

describe('kernel-log', () => {
  it('is skipped by whoever looks once', () => {
    const conditions = { kind: 'no-agent', why: 'no agent' } as const;

    expect(kernelLog.evaluate({ conditions }, { now: 0, settings: {} })).toMatchObject([
      { verdict: 'skip', message: 'no agent' },
    ]);
  });

  it.each<[string, Partial<LogView>, string]>([
    ['passes while no condition stands', {}, 'pass'],
    ['is skipped without a monitor', { state: 'off', monitors: 0 }, 'skip'],
    ['cannot tell of a log that cannot be read', { state: 'blind', why: 'Permission denied' }, 'unknown'],
  ])('%s', (_, view, verdict) => {
    expect(judge({ ...reading, ...view })).toMatchObject([{ verdict }]);
  });

  it('tells a condition as a problem, with the advice of the catalogue', () => {
    const [finding] = judge({ ...reading, claims: [hung] });

    expect(finding).toMatchObject({ verdict: 'fail', type: 'KernelDeadlock', reason: 'DockerHung', subject: '20744', since: 5 });
    expect(finding).not.toHaveProperty('untrusted');
    expect(finding).toHaveProperty('advice.0.command', expect.stringContaining('/proc/PID/stack'));
  });

  it('gives the advice of the rule where it has some', () => {
    const advice = [{ text: 'Do this' }];

    expect(judge({ ...reading, claims: [{ ...hung, advice }] })).toMatchObject([{ advice }]);
  });

  it('lets no ladder climb on a line that anybody may have written', () => {
    expect(judge({ ...reading, claims: [{ ...hung, trusted: false }] })).toMatchObject([
      { untrusted: 'the line in /dev/kmsg may have been written by any process' },
    ]);
  });

  it('tells types and reasons of an operator’s file', () => {
    const own = { ...hung, type: 'OwnType', reason: 'OwnReason', severity: 'warning', subject: '' } as const;
    const [finding] = judge({ ...reading, claims: [own] });

    expect(finding).toMatchObject({ verdict: 'warn', type: 'OwnType', reason: 'OwnReason', advice: [] });
    expect(finding).not.toHaveProperty('subject');
  });

  it('keeps what it knows of a log that cannot be read any more, and says so', () => {
    const findings = judge({ state: 'blind', why: 'gone', monitors: 1, claims: [hung] });

    expect(findings.map(({ verdict }) => verdict)).toEqual(['fail', 'unknown']);
  });
});
