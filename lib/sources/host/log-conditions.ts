import type { Advice } from '../../model/finding.ts';
import type { Severity } from '../../model/problem.ts';
import { defineSource } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';

/** Why a log says that something is wrong. */
export interface LogClaim {
  readonly type: string;
  readonly reason: string;
  readonly severity: Severity;
  /** Device, mount, task; empty when the line names none. */
  readonly subject: string;
  /** The line, hostile. */
  readonly message: string;
  readonly since: Instant;
  /** Whether nobody but the kernel or the named service can have written the line. */
  readonly trusted: boolean;
  /** Of the rule; absent: its problem's. */
  readonly advice?: readonly Advice[];
}

/** What the monitors of one kind of log know. */
export interface LogView {
  /** `off`: no monitor reads it. `blind`: it could not be read, as `why` says. */
  readonly state: 'off' | 'reading' | 'blind';
  readonly why?: string;
  /** Monitors that read it. */
  readonly monitors: number;
  readonly claims: readonly LogClaim[];
}

/** Logs that are followed. */
export type LogKind = 'kmsg' | 'journald' | 'filelog';

export type LogConditions =
  | { readonly kind: 'agent'; readonly logs: Readonly<Partial<Record<LogKind, LogView>>> }
  | { readonly kind: 'no-agent'; readonly why: string };

/** Answered by the daemon out of its own memory: lines that have passed are not there for whoever looks once. */
export const logConditions = defineSource<LogConditions>({
  id: 'log-conditions',
  deadline: seconds(1),
  read: async () => ({ kind: 'no-agent', why: 'only a running agent follows the logs: nodemend status' }),
});
