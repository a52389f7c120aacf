import type { NodeStatus } from '../kube/node-status.ts';
import type { Snapshot, Tidings } from '../model/snapshot.ts';
import type { Duration } from '../model/units.ts';
import { type ConditionPlan, ownershipOf, planConditions, type Written, wordsOf } from './condition-patch.ts';
import { type Wish, wishesOf } from './conditions.ts';
import type { DeclaredWord } from './declared.ts';
import { isCertain, problemKey } from './problem-words.ts';
import { follow, lasting, type Since } from './since.ts';

export interface OwnConditionsOptions {
  readonly conditionAfter: Duration;
  /** Conditions of an operator's files, in their words. */
  readonly declared?: () => readonly DeclaredWord[];
  /** A type that somebody else keeps alive; once for each. */
  readonly onForeign?: (type: string) => void;
}

/** Our conditions on the Node: what they should say, what was written of them, and what may have been. */
export interface OwnConditions {
  /** Problems and silent checks count from when they were first told. */
  observe(tidings: Tidings): void;
  plan(tidings: Tidings, node: NodeStatus): ConditionPlan;
  /** What a plan comes to while nothing is wrong, without making one; undefined: time alone may change it. */
  calmOf(snapshot: Snapshot): string | undefined;
  /** Types on this Node that are ours to take away. */
  oursOn(node: NodeStatus): Iterable<string>;
  /** `heard`: the server has it; else it may have it all the same. */
  wrote(planned: ConditionPlan, heard: boolean): void;
}

export function openOwnConditions({ conditionAfter, declared, onForeign }: OwnConditionsOptions): OwnConditions {
  let written: Written = new Map();
  let unsure: Written = new Map();
  let certain: Since = new Map();
  let unknown: Since = new Map();
  const announced = new Set<string>();

  function wishes({ snapshot, monotonic }: Tidings): ReadonlyMap<string, Wish> {
    const [certainFor, unknownFor] = [lasting(certain, monotonic), lasting(unknown, monotonic)];
    return wishesOf(snapshot, { conditionAfter, certainFor, unknownFor, declared: declared?.() ?? [] });
  }

  function announce(foreign: Iterable<string>, wished: ReadonlyMap<string, Wish>): void {
    for (const type of foreign) {
      if (!wished.has(type) || announced.has(type)) continue;
      announced.add(type);
      onForeign?.(type);
    }
  }

  return {
    observe({ snapshot, monotonic }) {
      certain = follow(certain, snapshot.problems.filter(isCertain).map(problemKey), monotonic);
      const dark = snapshot.checks.filter(({ status }) => status === 'unknown').map(({ name }) => name);
      unknown = follow(unknown, dark, monotonic);
    },
    plan(tidings, node) {
      const now = Date.parse(tidings.snapshot.time);
      const wished = wishes(tidings);
      const ownership = ownershipOf(node, { written, unsure }, now);
      // Read anew since then: what is ours in it is what was heard of us.
      if (unsure.size > 0) [written, unsure] = [wordsOf(node, ownership.ours), new Map()];
      announce(ownership.foreign, wished);
      return planConditions(wished, node, ownership, written, now);
    },
    calmOf({ checks, problems }) {
      if (problems.length > 0 || checks.some(({ status }) => status === 'unknown')) return undefined;
      return JSON.stringify([
        checks.map(({ name, status }) => [name, status]),
        (declared?.() ?? []).map(({ type, status, ...words }) => [type, status, 'reason' in words && words.reason]),
      ]);
    },
    oursOn: (node) => ownershipOf(node, { written, unsure }, 0).ours,
    wrote(planned, heard) {
      if (heard) [written, unsure] = [planned.written, new Map()];
      else unsure = planned.written;
    },
  };
}
