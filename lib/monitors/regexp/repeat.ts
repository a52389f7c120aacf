import type { Node } from './ast.ts';
import { type Cursor, rest } from './escapes.ts';

/** Go's bound of a count, and of the product of nested ones. */
const MOST = 1000;

export interface Count {
  readonly min: number;
  /** Infinity: without an end. */
  readonly max: number;
}

const SIGNS: Readonly<Record<string, Count>> = {
  '*': { min: 0, max: Number.POSITIVE_INFINITY },
  '+': { min: 1, max: Number.POSITIVE_INFINITY },
  '?': { min: 0, max: 1 },
};

/** `* + ? {n} {n,} {n,m}`; braces that are no count are characters. */
export function readCount(cursor: Cursor): Count | undefined {
  const character = cursor.characters[cursor.at] ?? '';
  const sign = Object.hasOwn(SIGNS, character) ? SIGNS[character] : undefined;
  if (sign !== undefined) {
    cursor.at += 1;
    return sign;
  }
  const match = character === '{' ? /^\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/.exec(rest(cursor)) : null;
  if (match === null) return undefined;
  const [whole, least = '', comma, most] = match;
  cursor.at += whole.length;
  const min = Number(least);
  if (comma === undefined) return { min, max: min };
  return { min, max: most === undefined ? Number.POSITIVE_INFINITY : Number(most) };
}

type Repeat = Extract<Node, { kind: 'repeat' }>;

function withinProduct(node: Node, budget: number): boolean {
  switch (node.kind) {
    case 'concat':
      return node.parts.every((part) => withinProduct(part, budget));
    case 'alternate':
      return node.branches.every((branch) => withinProduct(branch, budget));
    case 'group':
      return withinProduct(node.node, budget);
    case 'repeat': {
      const times = Number.isFinite(node.max) ? node.max : node.min;
      if (node.max === 0) return true;
      return times <= budget && withinProduct(node.node, times === 0 ? budget : Math.floor(budget / times));
    }
    default:
      return true;
  }
}

/** The repetition, or undefined when Go refuses its count. */
export function repeated(node: Repeat): Repeat | undefined {
  const { min, max } = node;
  if (min > MOST || (Number.isFinite(max) && (max > MOST || min > max))) return undefined;
  const counted = min > 1 || (Number.isFinite(max) && max > 1);
  return counted && !withinProduct(node, MOST) ? undefined : node;
}
