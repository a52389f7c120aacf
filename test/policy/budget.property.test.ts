import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardFacts } from '../../lib/model/guard.ts';
import type { LedgerEntry, LedgerEvent } from '../../lib/model/incident.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { attemptHistory } from '../../lib/policy/budget.ts';
import { decide } from '../../lib/policy/decide.ts';
import { distinct } from '../../lib/policy/entries.ts';
import { holdsOf } from '../../lib/policy/guards.ts';
import { localBudget } from '../../lib/policy/local-budget.ts';
import { needed } from '../../lib/policy/needed.ts';
import { unfinished } from '../../lib/policy/still-open.ts';
import { restartKubelet } from '../../lib/remedies/restart-kubelet.ts';
import { restartRuntime } from '../../lib/remedies/restart-runtime.ts';
import { standing } from '../fakes/tidings.ts';

const ALLOWANCE = { enabled: true, disruption: 'local', cooldown: minutes(5), attempts: 3 } as const;
const PER = minutes(60);
const PROBLEMS = [
  { type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung', subject: 'docker.service', remedy: restartRuntime },
  { type: 'KubeletUnhealthy', reason: 'KubeletHung', subject: 'kubelet.service', remedy: restartKubelet },
] as const;
type Which = 0 | 1;

/** What was really done, by a time that nobody on the node can read. */
interface Deed {
  readonly real: Duration;
  readonly boot: number;
  readonly unit: string;
  readonly interrupted: boolean;
  /** The ledger could not be written. */
  readonly lost: boolean;
}

type Step =
  | { readonly do: 'round'; readonly about: Which; readonly crash: 'no' | 'before' | 'during' }
  | { readonly do: 'heal'; readonly about: Which }
  | { readonly do: 'pass'; readonly by: Duration }
  | { readonly do: 'jump'; readonly by: Duration }
  | { readonly do: 'crash' }
  | { readonly do: 'reboot'; readonly off: Duration }
  | { readonly do: 'disk'; readonly works: boolean };

interface Options {
  /** Nobody can be asked about the other nodes. */
  readonly alone: boolean;
}

/** A node on which both daemons hang for ever, whatever is done, and the agent's own decision, guards and budgets. */
function world({ alone }: Options) {
  const deeds: Deed[] = [];
  const began = new Map<string, Duration>();
  const incidents = new Map<Which, string>();
  let [real, boot, upSince, wall, seq, named] = [minutes(600), 1, 0, 0, 0, 0];
  let entries: readonly LedgerEntry[] = [];
  let lost = false;

  const now = () => ({ boot: `b${boot}`, up: real - upSince });
  const append = (event: LedgerEvent) => {
    seq += 1;
    // (boot, up) is the identity of an entry.
    real += 1;
    entries = needed([...entries, { ...event, ...now(), at: real + wall, seq }], PER, now());
  };
  /** Killed and started again: only what is written is known, and what was begun is over. */
  const crash = () => {
    entries = needed(distinct(entries), PER, now());
    for (const { action, incident, remedy } of unfinished(entries)) {
      append({ kind: 'outcome', action, incident, remedy, outcome: 'interrupted', message: '' });
    }
  };

  function facts(): GuardFacts {
    const units = PROBLEMS.map(({ subject: id }) => {
      const startedAgo = real - (began.get(id) ?? 0);
      const life = {
        loadState: 'loaded',
        activeState: 'active',
        subState: 'running',
        result: 'success',
        unitFileState: 'enabled',
      };
      return [id, { id, ...life, startedAgo, activeAgo: startedAgo }] as const;
    });
    const restarted = entries.flatMap((entry) =>
      entry.kind === 'intent' && entry.boot === now().boot && entry.unit !== undefined ? [entry.unit] : [],
    );
    return { uptime: now().up, units: Object.fromEntries(units), ...(lost ? { ledgerLost: { why: 'full', restarted } } : {}) };
  }

  function holds(about: Which, remedy: Remedy) {
    const { reason, subject } = PROBLEMS[about];
    return holdsOf(facts(), { remedy: remedy.id, reason, unit: subject, disruption: 'local', allowed: 'local' });
  }

  function round(about: Which, dies: 'no' | 'before' | 'during'): void {
    const { type, reason, subject, remedy } = PROBLEMS[about];
    let incident = incidents.get(about);
    if (incident === undefined) {
      named += 1;
      incident = `i${named}`;
      incidents.set(about, incident);
      append({ kind: 'opened', incident, type, subject, reason, severity: 'critical', message: '', evidence: [] });
    }
    const history = attemptHistory(entries, { type, subject, remedy: remedy.id, incident }, PER, now());
    const decision = decide(standing({ identity: type }, { type, reason, subject }), {
      mode: 'remedy',
      ladder: [remedy],
      allowance: () => ALLOWANCE,
      history: () => history,
      disruption: () => 'local',
      guards: (one) => holds(about, one),
    });
    if (decision.kind !== 'act' || (alone && localBudget(entries, now(), '') !== undefined)) return;
    seq += 1;
    const action = `a${seq}`;
    append({
      kind: 'intent',
      action,
      incident,
      type,
      subject,
      remedy: remedy.id,
      rung: 0,
      disruption: 'local',
      unit: subject,
      plan: [{}],
      by: 'agent',
    });
    if (dies === 'before') {
      crash();
      return;
    }
    began.set(subject, real);
    deeds.push({ real, boot, unit: subject, interrupted: dies === 'during', lost });
    if (dies === 'during') {
      crash();
      return;
    }
    append({ kind: 'outcome', action, incident, remedy: remedy.id, outcome: 'failed', message: '' });
  }

  function run(step: Step): void {
    if (step.do === 'round') round(step.about, step.crash);
    else if (step.do === 'pass') real += step.by;
    else if (step.do === 'jump') wall += step.by;
    else if (step.do === 'crash') crash();
    else if (step.do === 'disk') lost = !step.works;
    else if (step.do === 'heal') {
      const incident = incidents.get(step.about);
      incidents.delete(step.about);
      if (incident !== undefined) append({ kind: 'closed', incident, healedBy: 'itself' });
    } else {
      real += step.off;
      [boot, upSince] = [boot + 1, real];
      // Both are started with the host.
      for (const { subject } of PROBLEMS) began.set(subject, real);
      crash();
    }
  }
  return { deeds, run };
}

const about = fc.constantFrom<Which>(0, 1);
const heavy = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const is = <Name extends Step['do']>(name: Name) => fc.constant(name);
const DISKLESS: fc.Arbitrary<Step>[] = [];
const step = (...more: readonly fc.Arbitrary<Step>[]): fc.Arbitrary<Step> =>
  fc.oneof(
    heavy(
      8,
      fc.record({
        do: is('round'),
        about,
        crash: fc.constantFrom('no' as const, 'no' as const, 'before' as const, 'during' as const),
      }),
    ),
    heavy(
      8,
      fc.record({
        do: is('pass'),
        by: fc.oneof(fc.integer({ min: 0, max: minutes(12) }), fc.constantFrom(seconds(125), minutes(5), minutes(10))),
      }),
    ),
    heavy(3, fc.record({ do: is('heal'), about })),
    heavy(1, fc.record({ do: is('jump'), by: fc.constantFrom(minutes(60), -minutes(60), minutes(600_000)) })),
    heavy(1, fc.record({ do: is('crash') })),
    heavy(1, fc.record({ do: is('reboot'), off: fc.integer({ min: 0, max: minutes(20) }) })),
    ...more.map((one) => heavy(2, one)),
  );
const steps = (...more: readonly fc.Arbitrary<Step>[]) => fc.array(step(...more), { minLength: 20, maxLength: 120 });

/** The most deeds in any stretch of time shorter than this. */
const most = (deeds: readonly Deed[], within: Duration) =>
  Math.max(0, ...deeds.map(({ real }) => deeds.filter((other) => other.real >= real && other.real - real < within).length));
const ofUnit = (deeds: readonly Deed[]) => PROBLEMS.map(({ subject }) => deeds.filter(({ unit }) => unit === subject));

function live(options: Options, sequence: readonly Step[]): readonly Deed[] {
  const { deeds, run } = world(options);
  for (const one of sequence) run(one);
  return deeds;
}

/** Of each sequence what it did; a world in which nothing is ever done would break no rule. */
function always(options: Options, sequences: fc.Arbitrary<readonly Step[]>, rule: (deeds: readonly Deed[]) => void): void {
  let acted = 0;
  const property = fc.property(sequences, (sequence) => {
    const deeds = live(options, sequence);
    acted += deeds.length;
    rule(deeds);
  });
  fc.assert(property, { numRuns: 150 });
  expect(acted).toBeGreaterThan(100);
}

describe('no sequence of faults, crashes, reboots and clock jumps', () => {
  it('goes beyond the attempts per time, or acts before the remedy has rested', () => {
    always({ alone: false }, steps(...DISKLESS), (deeds) => {
      for (const own of ofUnit(deeds)) {
        expect(most(own, PER)).toBeLessThanOrEqual(ALLOWANCE.attempts);
        for (const [at, { real }] of own.entries()) {
          const before = own[at - 1];
          if (before === undefined) continue;
          // One that was cut short is not waited for; the unit that it had started is.
          expect(real - before.real).toBeGreaterThanOrEqual(before.interrupted ? minutes(2) : ALLOWANCE.cooldown);
        }
      }
    });
  });

  it('lets a node that knows no other act twice in 10 minutes, or four times in an hour', () => {
    always({ alone: true }, steps(...DISKLESS), (deeds) => {
      expect(most(deeds, minutes(10))).toBeLessThanOrEqual(1);
      expect(most(deeds, minutes(60))).toBeLessThanOrEqual(3);
    });
  });

  it('restarts a unit twice in one boot without a ledger', () => {
    const disk = fc.record({ do: is('disk'), works: fc.boolean() });
    const diskless = steps(disk).map((sequence): readonly Step[] => [{ do: 'disk', works: false }, ...sequence]);
    always({ alone: false }, diskless, (deeds) => {
      for (const own of ofUnit(deeds)) {
        const lost = own.filter((deed, at) => deed.lost && own.slice(0, at).some((before) => before.boot === deed.boot));
        expect(lost).toEqual([]);
      }
    });
  });
});
