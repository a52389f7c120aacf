import type { Clock } from '../lib/host/host.ts';
import type { Check } from '../lib/model/check.ts';
import type { LedgerState } from '../lib/model/incident.ts';
import type { Source } from '../lib/model/source.ts';
import type { Duration } from '../lib/model/units.ts';
import { type LogConditions, logConditions } from '../lib/sources/host/log-conditions.ts';
import { type OwnCheck, type OwnChecks, ownChecks } from '../lib/sources/host/own-checks.ts';
import { type PluginConditions, pluginConditions } from '../lib/sources/host/plugin-conditions.ts';
import { type RestartHistory, unitRestarts } from '../lib/sources/host/unit-restarts.ts';
import type { Gatherer } from './gather.ts';
import type { CheckResult } from './round.ts';
import type { ScheduledCheck } from './watch.ts';

/** When each check last said something, and since when it could not tell. */
export interface OwnRecord {
  observe(result: CheckResult): void;
  facts(): OwnChecks;
}

interface Seen {
  readonly at: Duration;
  readonly blindSince?: Duration;
  readonly why?: string;
}

/** The check that judges the others cannot miss itself: the service manager's watchdog does. */
const ITSELF = 'agent-health';

function deadlineOf({ sources }: Check): Duration {
  const deadlines = Object.values(sources).map((source) => ('optional' in source ? source.optional : source).deadline);
  return Math.max(0, ...deadlines);
}

function toSeen({ findings }: CheckResult, at: Duration, before: Seen | undefined): Seen {
  const unknown = findings.find(({ verdict }) => verdict === 'unknown');
  const isBlind = unknown !== undefined && findings.every(({ verdict }) => verdict === 'unknown' || verdict === 'skip');
  return isBlind ? { at, blindSince: before?.blindSince ?? at, why: unknown.message } : { at };
}

export function openOwnRecord(
  clock: Pick<Clock, 'monotonic'>,
  scheduled: () => readonly ScheduledCheck[],
  ledger: () => LedgerState,
): OwnRecord {
  const began = clock.monotonic();
  const seen = new Map<string, Seen>();
  /** A check that was switched on later begins later. */
  const expected = new Map<string, Duration>();

  function toOwn({ check, interval }: ScheduledCheck, now: Duration): OwnCheck {
    const { id } = check;
    const last = seen.get(id);
    if (!expected.has(id)) expected.set(id, now);
    return {
      id,
      interval,
      deadline: deadlineOf(check),
      silentFor: now - (last?.at ?? expected.get(id) ?? began),
      ...(last?.blindSince === undefined ? {} : { blindFor: now - last.blindSince }),
      ...(last?.why === undefined ? {} : { why: last.why }),
    };
  }

  for (const { check } of scheduled()) expected.set(check.id, began);
  return {
    observe(result) {
      const { id } = result.check;
      seen.set(id, toSeen(result, clock.monotonic(), seen.get(id)));
    },
    facts() {
      const now = clock.monotonic();
      const checks = scheduled().filter(({ check }) => check.id !== ITSELF);
      const ids = checks.map(({ check }) => check.id);
      // What is switched off is missed by nobody, and begins anew when it is switched on again.
      for (const known of [seen, expected]) for (const id of known.keys()) if (!ids.includes(id)) known.delete(id);
      return { kind: 'agent', checks: checks.map((one) => toOwn(one, now)), ledger: ledger() };
    },
  };
}

/** What only the agent knows, because it has been looking on. */
export interface Memory {
  readonly logs?: (() => LogConditions) | undefined;
  readonly plugins?: (() => PluginConditions) | undefined;
  readonly restarts?: (() => RestartHistory) | undefined;
}

/** The same facts, with those about the agent itself out of its own memory. */
export function withOwnFacts(gathered: Gatherer, facts: () => OwnChecks, memory: Memory = {}): Gatherer {
  const own = new Map<Source<unknown>, () => unknown>([[ownChecks, facts]]);
  const { logs, plugins, restarts } = memory;
  if (logs !== undefined) own.set(logConditions, logs);
  if (plugins !== undefined) own.set(pluginConditions, plugins);
  if (restarts !== undefined) own.set(unitRestarts, restarts);
  const answer =
    (fact: Gatherer['fact']): Gatherer['fact'] =>
    <Fact>(source: Source<Fact>) => {
      const known = own.get(source);
      return known === undefined ? fact(source) : Promise.resolve(known() as Fact);
    };
  const { look } = gathered;
  if (look === undefined) return { ...gathered, fact: answer(gathered.fact) };
  return {
    ...gathered,
    fact: answer(gathered.fact),
    look(check) {
      const ofCheck = look(check);
      return { ...ofCheck, fact: answer(ofCheck.fact), again: () => ({ fact: answer(ofCheck.again().fact) }) };
    },
  };
}
