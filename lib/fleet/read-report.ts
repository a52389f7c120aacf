import { isObject, parseObject, toObject } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { Health } from '../model/report.ts';
import { type Bytes, KiB } from '../model/units.ts';
import type { FleetProblem, FleetRemedy, FleetReport, FleetSignal } from './fleet-node.ts';

/** The agent writes 4 KiB at most; whoever wrote more is not the agent. */
const LARGEST: Bytes = 16 * KiB;
const MOST = 32;
const HEALTHS: readonly string[] = ['Healthy', 'Degraded', 'Critical', 'Unknown'] satisfies Health[];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MOST) : []);
const finite = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** Whoever may write to the Node wrote this. */
const word = (value: unknown, most = 128): string => (typeof value === 'string' ? printable(value, most) : '');

const isHealth = (value: unknown): value is Health => typeof value === 'string' && HEALTHS.includes(value);

function toProblem(value: unknown): FleetProblem {
  const { type, reason, subject, severity, state, message, cause, next, blockedBy, exhausted } = toObject(value);
  return {
    type: word(type, 64),
    reason: word(reason, 64),
    ...(typeof subject === 'string' ? { subject: word(subject) } : {}),
    severity: word(severity, 16),
    state: word(state, 16),
    message: word(message, 512),
    ...(typeof cause === 'string' ? { cause: word(cause, 64) } : {}),
    ...(typeof next === 'string' ? { next: word(next, 64) } : {}),
    blockedBy: listOf(blockedBy).map((guard) => word(guard, 32)),
    exhausted: exhausted === true,
  };
}

function toSignals(value: unknown): readonly FleetSignal[] {
  return Object.entries(toObject(value))
    .slice(0, MOST)
    .flatMap(([signal, of]) => {
      const ratio = finite(toObject(of).ratio);
      const secondsLeft = finite(toObject(of).secondsLeft);
      if (ratio === undefined) return [];
      return [{ signal: word(signal, 64), ratio, ...(secondsLeft === undefined ? {} : { secondsLeft }) }];
    });
}

function toRemedy(value: unknown): FleetRemedy | undefined {
  if (!isObject(value)) return undefined;
  const { remedy, problem, at, outcome } = value;
  return {
    remedy: word(remedy, 64),
    problem: word(problem, 192),
    at: word(at, 32),
    ...(typeof outcome === 'string' ? { outcome: word(outcome, 32) } : {}),
  };
}

/** The annotation nodemend.io/report; undefined: it is none. */
export function parseReport(text: string): FleetReport | undefined {
  const value = text.length > LARGEST ? undefined : parseObject(text);
  if (value === undefined) return undefined;
  const { time, version, health, mode, paused, problems, more, signals, lastRemedy } = value;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(at) || !isHealth(health)) return undefined;
  const remedy = toRemedy(lastRemedy);
  return {
    at,
    version: word(version, 64),
    health,
    mode: word(mode, 16),
    ...(isObject(paused) ? { paused: word(paused.reason) || 'by a person' } : {}),
    problems: listOf(problems).map(toProblem),
    more: Math.max(0, Math.trunc(finite(more) ?? 0)),
    signals: toSignals(signals),
    ...(remedy === undefined ? {} : { lastRemedy: remedy }),
  };
}
