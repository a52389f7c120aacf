import { type Assertion, isNullable, type Node } from './ast.ts';
import type { Ranges } from './ranges.ts';

/** One state of the automaton. `next` is preferred to `other`: leftmost-first, as Perl and Go. */
export type Instruction =
  | { readonly op: 'set'; readonly set: number; readonly next: number }
  | { readonly op: 'split'; next: number; readonly other: number }
  | { readonly op: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly op: 'save'; readonly slot: number; readonly next: number }
  | { readonly op: 'match' };

export interface Program {
  readonly code: readonly Instruction[];
  readonly sets: readonly Ranges[];
  readonly start: number;
  /** Slots of the groups: two each, the whole match first. */
  readonly slots: number;
}

/** Bounds what one rule may cost: memory of the automaton, and time per character in the worst case. */
const MOST_INSTRUCTIONS = 20_000;

export class PatternTooLarge extends Error {}

interface Build {
  readonly code: Instruction[];
  readonly sets: Ranges[];
  readonly known: Map<string, number>;
}

function add(build: Build, instruction: Instruction): number {
  if (build.code.length >= MOST_INSTRUCTIONS) throw new PatternTooLarge(`needs more than ${MOST_INSTRUCTIONS} states`);
  return build.code.push(instruction) - 1;
}

function setOf(build: Build, ranges: Ranges): number {
  const key = ranges.join();
  const known = build.known.get(key);
  if (known !== undefined) return known;
  const index = build.sets.push(ranges) - 1;
  build.known.set(key, index);
  return index;
}

const split = (build: Build, inner: number, after: number, greedy: boolean) =>
  add(build, greedy ? { op: 'split', next: inner, other: after } : { op: 'split', next: after, other: inner });

/** `x+` before `next`; the loop comes back to where its body begins. */
function plus(build: Build, node: Node, next: number, greedy: boolean): number {
  const loop = { op: 'split' as const, next, other: next };
  const at = add(build, loop);
  const body = emit(build, node, at);
  Object.assign(loop, greedy ? { next: body } : { other: body });
  return body;
}

/** What can be empty repeats as (x+)?, so that its branches keep their order (golang.org/issue/46123). */
function star(build: Build, node: Node, next: number, greedy: boolean): number {
  if (isNullable(node)) return split(build, plus(build, node, next, greedy), next, greedy);
  const loop = { op: 'split' as const, next, other: next };
  const at = add(build, loop);
  const body = emit(build, node, at);
  Object.assign(loop, greedy ? { next: body } : { other: body });
  return at;
}

function repeat(build: Build, { node, min, max, greedy }: Extract<Node, { kind: 'repeat' }>, next: number): number {
  let at = next;
  let least = min;
  if (!Number.isFinite(max)) {
    at = min === 0 ? star(build, node, next, greedy) : plus(build, node, next, greedy);
    least = Math.max(0, min - 1);
  }
  for (let extra = min; Number.isFinite(max) && extra < max; extra++) at = split(build, emit(build, node, at), next, greedy);
  for (let copy = 0; copy < least; copy++) at = emit(build, node, at);
  return at;
}

/** Adds a node in front of `next` and gives where it begins. */
function emit(build: Build, node: Node, next: number): number {
  switch (node.kind) {
    case 'empty':
      return next;
    case 'set':
      return add(build, { op: 'set', set: setOf(build, node.ranges), next });
    case 'assert':
      return add(build, { op: 'assert', what: node.what, next });
    case 'concat':
      return node.parts.reduceRight((at, part) => emit(build, part, at), next);
    case 'alternate': {
      const starts = node.branches.map((branch) => emit(build, branch, next));
      return starts.reduceRight((after, start) => add(build, { op: 'split', next: start, other: after }));
    }
    case 'repeat':
      return repeat(build, node, next);
    case 'group': {
      const inner = emit(build, node.node, add(build, { op: 'save', slot: node.index * 2 + 1, next }));
      return add(build, { op: 'save', slot: node.index * 2, next: inner });
    }
  }
}

/** Thompson's construction; throws PatternTooLarge. */
export function compileProgram(node: Node, groups: number): Program {
  const build: Build = { code: [], sets: [], known: new Map() };
  const match = add(build, { op: 'match' });
  const start = emit(build, node, match);
  return { code: build.code, sets: build.sets, start, slots: (groups + 1) * 2 };
}
