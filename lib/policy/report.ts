import type { Check } from '../model/check.ts';
import type { Fault, Finding } from '../model/finding.ts';
import type { CheckReport, DoctorReport, NextRemedy, ProblemReport, SignalReport } from '../model/report.ts';
import type { Duration, Instant } from '../model/units.ts';
import { causeOf, inReadingOrder } from './causes.ts';
import { healthOf, worstVerdict } from './health.ts';

export interface JudgedCheck {
  readonly check: Pick<Check, 'id' | 'title'>;
  readonly findings: readonly Finding[];
  readonly took: Duration;
}

export interface ReportInput {
  readonly at: Instant;
  readonly node: string;
  readonly version: string;
  readonly checks: readonly JudgedCheck[];
  readonly signals: readonly SignalReport[];
  readonly next: (fault: Fault) => NextRemedy | undefined;
  /** Whether every remedy had its attempts; absent: nobody knows. */
  readonly exhausted?: (fault: Fault) => boolean;
}

export const rfc3339 = (at: Instant) => new Date(at).toISOString();

export function isFault(finding: Finding): finding is Fault {
  return finding.verdict === 'warn' || finding.verdict === 'fail';
}

export function toCheckReport({ check, findings, took }: JudgedCheck): CheckReport {
  const status = worstVerdict(findings.map(({ verdict }) => verdict));
  const telling = findings.filter(({ verdict }) => verdict === status);
  const summary = telling.map(({ message }) => message).join('; ');
  return {
    name: check.id,
    status,
    summary,
    durationMs: Math.round(took),
    evidence: telling.flatMap(({ evidence }) => evidence ?? []),
    ...(status === 'skip' || status === 'unknown' ? { reason: summary } : {}),
  };
}

function toProblemReport(fault: Fault, cause: Fault | undefined, input: ReportInput): ProblemReport {
  const next = input.next(fault);
  return {
    type: fault.type,
    reason: fault.reason,
    ...(fault.subject === undefined ? {} : { subject: fault.subject }),
    severity: fault.severity,
    state: fault.state,
    since: rfc3339(fault.since ?? input.at),
    message: fault.message,
    ...(cause === undefined ? {} : { cause: cause.type }),
    ...(fault.measure === undefined ? {} : { measure: fault.measure }),
    evidence: fault.evidence,
    advice: fault.advice,
    ...(next === undefined ? {} : { next }),
    ...(input.exhausted?.(fault) === true ? { exhausted: true } : {}),
  };
}

/** One fault per (type, subject): two checks that see the same one give the worse. */
function distinct(faults: readonly Fault[]): readonly Fault[] {
  const rank = { critical: 2, warning: 1, notice: 0 } as const;
  const byIdentity = new Map<string, Fault>();
  for (const fault of faults) {
    const identity = `${fault.type}\0${fault.subject ?? ''}`;
    const seen = byIdentity.get(identity);
    if (seen === undefined || rank[fault.severity] > rank[seen.severity]) byIdentity.set(identity, fault);
  }
  return [...byIdentity.values()];
}

/** Every fault once, causes before symptoms. */
export function faultsOf(checks: readonly JudgedCheck[]): readonly Fault[] {
  return inReadingOrder(distinct(checks.flatMap(({ findings }) => findings.filter(isFault))));
}

/** What doctor prints as JSON, and what its text is made from. */
export function buildReport(input: ReportInput): DoctorReport {
  const faults = faultsOf(input.checks);
  const checks = input.checks.map(toCheckReport);
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'DoctorReport',
    node: input.node,
    time: rfc3339(input.at),
    agentVersion: input.version,
    health: healthOf(
      faults.map(({ severity }) => severity),
      checks.map(({ status }) => status),
    ),
    checks,
    problems: faults.map((fault) => toProblemReport(fault, causeOf(fault, faults), input)),
    signals: input.signals,
  };
}
