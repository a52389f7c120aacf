import { describe, expect, it } from 'vitest';
import type { Fault, Finding } from '../../lib/model/finding.ts';
import { pass, skip, unknown } from '../../lib/model/finding.ts';
import type { NextRemedy } from '../../lib/model/report.ts';
import { buildReport } from '../../lib/policy/report.ts';

const fault = (type: string, severity: Fault['severity'], details: Partial<Fault> = {}): Fault => ({
  verdict: severity === 'critical' ? 'fail' : 'warn',
  type,
  reason: 'Some',
  severity,
  state: 'active',
  message: `${type} message`,
  evidence: [],
  advice: [],
  ...details,
});

function report(findings: Record<string, readonly Finding[]>, next?: NextRemedy) {
  return buildReport({
    at: Date.parse('2026-01-01T00:00:00Z'),
    node: 'node-1',
    version: '0.0.0',
    checks: Object.entries(findings).map(([id, found]) => ({ check: { id, title: id }, findings: found, took: 1.6 })),
    signals: [],
    next: () => next,
  });
}

describe('buildReport', () => {
  it.each<[string, Finding, string]>([
    ['pass', pass('fine'), 'Healthy'],
    ['notice', fault('EvictionSignalUnguarded', 'notice'), 'Healthy'],
    ['warning', fault('EvictionThresholdNear', 'warning'), 'Degraded'],
    ['critical', fault('KubeletUnhealthy', 'critical'), 'Critical'],
    ['unknown', unknown('no answer'), 'Unknown'],
    ['skip', skip('no docker on this host'), 'Unknown'],
  ])('%s alone makes the node %s', (_name, finding, health) => {
    expect(report({ one: [finding] }).health).toBe(health);
  });

  it('stays Healthy beside a check that could not tell', () => {
    expect(report({ one: [pass('fine')], two: [unknown('no answer')] }).health).toBe('Healthy');
  });

  it('gives a check the status of its worst finding, and that one as summary', () => {
    const { checks } = report({ one: [pass('disk fine'), unknown('memory not readable')] });

    expect(checks).toEqual([
      {
        name: 'one',
        status: 'unknown',
        summary: 'memory not readable',
        durationMs: 2,
        evidence: [],
        reason: 'memory not readable',
      },
    ]);
  });

  it('lists one problem where two checks see the same fault, the worse', () => {
    const { problems } = report({
      one: [fault('PodStuck', 'warning', { subject: 'a/b' })],
      two: [fault('PodStuck', 'critical', { subject: 'a/b' }), fault('PodStuck', 'warning', { subject: 'a/c' })],
    });

    expect(problems.map(({ subject, severity }) => [subject, severity])).toEqual([
      ['a/b', 'critical'],
      ['a/c', 'warning'],
    ]);
  });

  it.each<[string, Finding]>([
    ['pass', pass('fine')],
    ['warn', fault('PodStuck', 'warning')],
    ['fail', fault('PodStuck', 'critical')],
  ])('gives no reason beside the summary where a check could judge: %s', (_name, finding) => {
    expect(report({ one: [finding] }).checks[0]).not.toHaveProperty('reason');
  });

  it.each([
    ['given up', true, { exhausted: true }],
    ['not given up', false, {}],
    ['nobody knows', undefined, {}],
  ])('says of a ladder that it is at its end: %s', (_name, known, expected) => {
    const checks = [{ check: { id: 'one', title: '' }, findings: [fault('PodStuck', 'warning')], took: 1 }];
    const input = { at: 0, node: '', version: '', checks, signals: [], next: () => undefined };
    const [problem] = buildReport({ ...input, ...(known === undefined ? {} : { exhausted: () => known }) }).problems;

    expect(problem && 'exhausted' in problem ? { exhausted: problem.exhausted } : {}).toEqual(expected);
  });

  it('keeps what was measured', () => {
    const measure = { observed: 1, limit: 15, capacity: 100, unit: 'bytes' } as const;
    const [full, stuck] = report({
      one: [fault('EvictionThresholdMet', 'critical', { measure }), fault('PodStuck', 'warning')],
    }).problems;

    expect(full?.measure).toEqual(measure);
    expect(stuck).not.toHaveProperty('measure');
  });

  it('names cause, since and next', () => {
    const next = { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['paused'] } as const;
    const { problems } = report(
      {
        pleg: [fault('PLEGUnhealthy', 'critical', { since: Date.parse('2025-12-31T23:59:00Z') })],
        runtime: [fault('ContainerRuntimeUnhealthy', 'critical', { reason: 'DockerHung' })],
      },
      next,
    );

    expect(problems.map(({ type, cause, since }) => ({ type, cause, since }))).toEqual([
      { type: 'ContainerRuntimeUnhealthy', cause: undefined, since: '2026-01-01T00:00:00.000Z' },
      { type: 'PLEGUnhealthy', cause: 'ContainerRuntimeUnhealthy', since: '2025-12-31T23:59:00.000Z' },
    ]);
    expect(problems[0]?.next).toEqual(next);
  });
});
