import type { Ranges } from './ranges.ts';

/** What must hold between two characters. */
export type Assertion = 'begin-text' | 'end-text' | 'begin-line' | 'end-line' | 'word-boundary' | 'no-word-boundary';

/** A parsed pattern: characters are sets, flags are already applied. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'concat'; readonly parts: readonly Node[] }
  | { readonly kind: 'alternate'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number; readonly greedy: boolean }
  | { readonly kind: 'group'; readonly node: Node; readonly index: number };

/** A pattern that Go's regexp package refuses, in its own words, and where. */
export class PatternError extends Error {
  /** From 1, in characters of the pattern. */
  readonly column: number;

  constructor(what: string, excerpt: string, column: number) {
    super(`error parsing regexp: ${what}: \`${excerpt}\``);
    this.name = 'PatternError';
    this.column = column;
  }
}

export function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return false;
    case 'concat':
      return node.parts.every(isNullable);
    case 'alternate':
      return node.branches.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.node);
    case 'group':
      return isNullable(node.node);
    default:
      return true;
  }
}
