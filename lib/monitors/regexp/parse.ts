import { type Node, PatternError } from './ast.ts';
import { readBrackets } from './brackets.ts';
import { between, type Cursor, readClassEscape, readEscape, rest } from './escapes.ts';
import { type Flags, NO_FLAGS, readGroupStart } from './flags.ts';
import { ANY, NOT_NEWLINE } from './ranges.ts';
import { type Count, readCount, repeated } from './repeat.ts';
import { fold } from './unicode.ts';

/** Go's own bound (regexp/syntax maxHeight). */
const DEEPEST = 1000;

interface State extends Cursor {
  flags: Flags;
  groups: number;
  readonly names: Map<string, number>;
  depth: number;
}

const literal = (code: number, flags: Flags): Node => ({
  kind: 'set',
  ranges: flags.fold ? fold([code, code]) : [code, code],
});

const concat = (parts: readonly Node[]): Node =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'concat', parts };

/** `\Q…\E`; without its end it goes on to the end of the pattern, as in Go. */
function readQuoted(state: State): readonly Node[] {
  state.at += 2;
  const end = rest(state).indexOf('\\E');
  const stop = end === -1 ? state.characters.length : state.at + [...rest(state).slice(0, end)].length;
  const nodes = state.characters.slice(state.at, stop).map((one) => literal(one.codePointAt(0) ?? 0, state.flags));
  state.at = end === -1 ? stop : stop + 2;
  return nodes;
}

function assertionOf(letter: string): Node | undefined {
  if (letter === 'A') return { kind: 'assert', what: 'begin-text' };
  if (letter === 'z') return { kind: 'assert', what: 'end-text' };
  if (letter === 'b') return { kind: 'assert', what: 'word-boundary' };
  return letter === 'B' ? { kind: 'assert', what: 'no-word-boundary' } : undefined;
}

function readBackslash(state: State): Node {
  const assertion = assertionOf(state.characters[state.at + 1] ?? '');
  if (assertion !== undefined) {
    state.at += 2;
    return assertion;
  }
  const ranges = readClassEscape(state, state.flags.fold);
  return ranges === undefined ? literal(readEscape(state), state.flags) : { kind: 'set', ranges };
}

function readGroup(state: State): Node | undefined {
  const opening = state.at;
  const before = state.flags;
  const start = readGroupStart(state, state.flags);
  if ('scoped' in start) {
    state.flags = start.flags;
    if (!start.scoped) return undefined;
  } else {
    state.groups += 1;
    if (start.name !== undefined) state.names.set(start.name, state.groups);
  }
  const index = state.groups;
  state.depth += 1;
  if (state.depth > DEEPEST) throw new PatternError('expression nests too deeply', rest(state, 0), opening + 1);
  const node = readAlternation(state);
  if (state.characters[state.at] !== ')') throw new PatternError('missing closing )', rest(state, 0), opening + 1);
  state.depth -= 1;
  state.at += 1;
  state.flags = before;
  return 'scoped' in start ? node : { kind: 'group', node, index };
}

/** One thing that can be repeated; undefined for `(?i)`, which is none. */
function readAtom(state: State): Node | undefined {
  const character = state.characters[state.at] ?? '';
  const { multiLine, dotNewline, fold: folded } = state.flags;
  if (character === '(') return readGroup(state);
  if (character === '\\') return readBackslash(state);
  if (character === '[') return { kind: 'set', ranges: readBrackets(state, folded) };
  state.at += 1;
  if (character === '^') return { kind: 'assert', what: multiLine ? 'begin-line' : 'begin-text' };
  if (character === '$') return { kind: 'assert', what: multiLine ? 'end-line' : 'end-text' };
  if (character === '.') return { kind: 'set', ranges: dotNewline ? ANY : NOT_NEWLINE };
  return literal(character.codePointAt(0) ?? 0, state.flags);
}

interface PlacedCount extends Count {
  readonly start: number;
}

/** Applies `* + ? {n,m}` to what stands before it; Go takes one of them and refuses a second. */
function applyCount(state: State, parts: Node[], count: PlacedCount, previous: number | undefined): void {
  const { start, min, max } = count;
  const last = parts.pop();
  if (last === undefined) throw new PatternError('missing argument to repetition operator', between(state, start), start + 1);
  const lazy = state.characters[state.at] === '?';
  if (lazy) state.at += 1;
  if (previous !== undefined)
    throw new PatternError('invalid nested repetition operator', between(state, previous), previous + 1);
  const node = repeated({ kind: 'repeat', node: last, min, max, greedy: lazy === state.flags.swapGreed });
  if (node === undefined) throw new PatternError('invalid repeat count', between(state, start), start + 1);
  parts.push(node);
}

function readConcat(state: State): Node {
  const parts: Node[] = [];
  let previous: number | undefined;
  for (
    let next = state.characters[state.at];
    next !== undefined && next !== '|' && next !== ')';
    next = state.characters[state.at]
  ) {
    const start = state.at;
    const count = readCount(state);
    if (count !== undefined) applyCount(state, parts, { ...count, start }, previous);
    else if (next === '\\' && state.characters[start + 1] === 'Q') parts.push(...readQuoted(state));
    else {
      const atom = readAtom(state);
      if (atom !== undefined) parts.push(atom);
    }
    previous = count === undefined ? undefined : start;
  }
  return parts.length === 0 ? { kind: 'empty' } : concat(parts);
}

function readAlternation(state: State): Node {
  const branches = [readConcat(state)];
  while (state.characters[state.at] === '|') {
    state.at += 1;
    branches.push(readConcat(state));
  }
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? only : { kind: 'alternate', branches };
}

export interface Pattern {
  readonly node: Node;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Reads a pattern as Go's regexp.Compile does (RE2 syntax, Perl flags), and refuses what it refuses. */
export function parsePattern(source: string): Pattern {
  const state: State = { characters: [...source], at: 0, flags: NO_FLAGS, groups: 0, names: new Map(), depth: 0 };
  const node = readAlternation(state);
  if (state.at < state.characters.length) throw new PatternError('unexpected )', source, state.at + 1);
  return { node, groups: state.groups, names: state.names };
}
