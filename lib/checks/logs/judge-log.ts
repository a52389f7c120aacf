import { type Fault, type Finding, pass, skip, unknown } from '../../model/finding.ts';
import type { ProblemDefinition } from '../../model/problem.ts';
import type { LogClaim, LogConditions, LogKind, LogView } from '../../sources/host/log-conditions.ts';

interface Log {
  readonly kind: LogKind;
  /** As in "no line of … says". */
  readonly name: string;
  readonly problems: readonly ProblemDefinition[];
}

const OFF: LogView = { state: 'off', monitors: 0, claims: [] };

/** Types and reasons of an operator's file need not be in the catalogue. */
function toFault(claim: LogClaim, { name, problems }: Log): Fault {
  const { type, reason, severity, subject, message, since, trusted } = claim;
  const problem = problems.find((one) => one.type === type);
  const advice = claim.advice ?? problem?.reasons[reason]?.advice ?? problem?.advice ?? [];
  return {
    verdict: severity === 'critical' ? 'fail' : 'warn',
    type,
    reason,
    severity,
    state: 'active',
    message,
    since,
    ...(subject === '' ? {} : { subject }),
    ...(trusted ? {} : { untrusted: `the line in ${name} may have been written by any process` }),
    evidence: [{ from: name, excerpt: message }],
    advice,
  };
}

/** What the monitors of one log say. */
export function judgeLog(conditions: LogConditions, log: Log): readonly Finding[] {
  if (conditions.kind === 'no-agent') return [skip(conditions.why)];
  const { state, why = '', monitors, claims } = conditions.logs[log.kind] ?? OFF;
  if (state === 'off') return [skip(`no monitor reads ${log.name}`)];
  const faults = claims.map((claim) => toFault(claim, log));
  if (state === 'blind') return [...faults, unknown(`${log.name} cannot be read: ${why}`)];
  if (faults.length > 0) return faults;
  const count = monitors === 1 ? '1 monitor reads' : `${monitors} monitors read`;
  return [pass(`${count} ${log.name}, and no condition stands`)];
}
