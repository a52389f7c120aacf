import type { Severity } from '../../model/problem.ts';
import type { Duration } from '../../model/units.ts';
import type { Recheck } from '../conditions/claim.ts';
import { compileLineRule, doubtsAbout, type LineRule } from '../match/line-rule.ts';
import type { StartPoint } from '../time/start.ts';
import { parseQuiet } from './clearing.ts';
import type { Field } from './fields.ts';

export interface LogRule {
  /** Absent: temporary, an event each time. */
  readonly condition?: string;
  readonly reason: string;
  readonly line: LineRule;
  /** Appended to the message after `; `. */
  readonly suffix: string;
  /** Ours: a line that ends the condition. */
  readonly revert?: LineRule;
  /** Ours: how long a condition stands after its last line, if nothing else tells. */
  readonly quietPeriod?: Duration;
  /** Of our own rules: what the node can be asked about what the line names. */
  readonly recheck?: Recheck;
  /** Of our own rules; a file's rules are warnings. */
  readonly severity?: Severity;
  /** A single line says nothing, so many within the window do. A line that reverts takes one away. */
  readonly counting?: { readonly limit: number; readonly start: StartPoint };
}

function compile(field: Field | undefined, owner: Field): LineRule | undefined {
  const pattern = field?.text();
  if (field !== undefined && pattern === undefined) return undefined;
  const line = compileLineRule(pattern ?? '');
  if ('regexp' in line) return line;
  return (field ?? owner).problem(`${line.message}, at character ${line.column} of the pattern`);
}

/** Reads one rule; undefined when it has no pattern that can be used. */
export function readRule(item: Field, bufferSize: number, declared: ReadonlySet<string>): LogRule | undefined {
  const rule = item.fields();
  const type = rule.get('type');
  const reason = rule.get('reason')?.text() ?? '';
  const condition = rule.get('condition');
  const pattern = rule.get('pattern');
  const suffix = rule.get('patternGeneratedMessageSuffix')?.text() ?? '';
  const line = compile(pattern, item);
  const revertField = rule.get('revertPattern');
  const revert = revertField === undefined ? undefined : compile(revertField, item);
  const quietPeriod = parseQuiet(rule.get('quietPeriod'));
  rule.warnUnknown();
  const permanent = type?.text() !== 'temporary';
  if (permanent) warnPermanent(item, type, condition, declared);
  else if (condition !== undefined) condition.warn('is ignored: the rule is temporary');
  if (reason === '') item.warn('has no reason; events and metrics will have none either');
  if (line === undefined) return undefined;
  for (const doubt of doubtsAbout(line, bufferSize)) (pattern ?? item).warn(doubt);
  return {
    ...(permanent ? { condition: condition?.text() ?? '' } : {}),
    reason,
    line,
    suffix,
    ...(revert === undefined ? {} : { revert }),
    ...(quietPeriod === undefined ? {} : { quietPeriod }),
  };
}

function warnPermanent(item: Field, type: Field | undefined, condition: Field | undefined, declared: ReadonlySet<string>): void {
  if (type?.text() !== 'permanent')
    (type ?? item).warn('has a type that is neither temporary nor permanent, and counts as permanent');
  const name = condition?.text() ?? '';
  if (!declared.has(name)) (condition ?? item).warn(`reports nothing: no condition "${name}" is declared in conditions`);
}
