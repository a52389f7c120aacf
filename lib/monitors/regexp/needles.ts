import type { Node } from './ast.ts';
import { contains, members, NEWLINE, type Ranges, sizeOf } from './ranges.ts';

/** Characters in a row, each with its few alternatives: `(?i)ab` is [[97, 65], [98, 66]]. */
export type Needle = readonly (readonly number[])[];

/** Alternatives of one character that are still worth a search. */
const MOST_ALTERNATIVES = 4;
const MOST_NEEDLES = 16;
/** Longer ones find nothing more and cost more. */
const LONGEST = 64;
/** What an invalid byte was decoded to stands for any byte. */
const REPLACEMENT = 0xfffd;

type Best = readonly Needle[] | undefined;

/** The shortest of them decides how often they are found in vain. */
const worth = (needles: Best) => (needles === undefined ? 0 : Math.min(...needles.map((needle) => needle.length)));
const better = (a: Best, b: Best): Best => (worth(b) > worth(a) ? b : a);

/** A newline ends a needle: each line is searched by itself. */
function charactersOf(ranges: Ranges): readonly number[] | undefined {
  if (sizeOf(ranges) > MOST_ALTERNATIVES || contains(ranges, NEWLINE)) return undefined;
  const codes = [...members(ranges)];
  return codes.length === 0 || codes.includes(REPLACEMENT) ? undefined : codes;
}

/** Flattens what stands in a row, so that a run goes on through groups and counted copies. */
function inRow(node: Node): readonly Node[] {
  if (node.kind === 'concat') return node.parts.flatMap(inRow);
  if (node.kind === 'group') return inRow(node.node);
  if (node.kind === 'repeat' && node.min === 1 && node.max === 1) return inRow(node.node);
  return [node];
}

/** `before`: what always stands right before the row. */
function ofRow(parts: readonly Node[], before: Needle = []): Best {
  let best: Best;
  let run: (readonly number[])[] = [...before];
  const end = () => {
    if (run.length > 0) best = better(best, [run.slice(0, LONGEST)]);
    run = [];
  };
  for (const part of parts) {
    const characters = part.kind === 'set' ? charactersOf(part.ranges) : undefined;
    if (characters !== undefined) run.push(characters);
    else if (part.kind !== 'assert' && part.kind !== 'empty') {
      const inside = ofNode(part, run);
      end();
      best = better(best, inside);
    }
  }
  end();
  return best;
}

/** "Started (?:docker|containerd)" is two long needles, where "Started " is in every other line and "docker" in many. */
function ofAlternatives(branches: readonly Node[], before: Needle): Best {
  const all = branches.map((branch) => ofRow(inRow(branch), before));
  const needles = all.flatMap((one) => one ?? []);
  return all.includes(undefined) || needles.length > MOST_NEEDLES ? undefined : needles;
}

function ofNode(node: Node, before: Needle): Best {
  if (node.kind === 'alternate') return ofAlternatives(node.branches, before);
  if (node.kind === 'repeat') return node.min > 0 ? ofRow(inRow(node.node), before) : undefined;
  return undefined;
}

/** Texts of which every match contains at least one; undefined when the pattern has none and each line must be tried. */
export function needlesOf(node: Node): readonly Needle[] | undefined {
  return ofRow(inRow(node));
}

/** What every match begins with, if it is always the same; may be empty. */
export function prefixOf(node: Node): string {
  let prefix = '';
  for (const part of inRow(node)) {
    if (part.kind !== 'set' || sizeOf(part.ranges) !== 1) break;
    prefix += String.fromCodePoint(part.ranges[0] ?? 0);
  }
  return prefix;
}

const PLAIN = /[0-9A-Za-z ]/;

function characterSource(code: number): string {
  const character = String.fromCodePoint(code);
  return PLAIN.test(character) ? character : `\\u{${code.toString(16)}}`;
}

/** A JavaScript pattern that finds a needle, with the flag `u`. It has no repetition: it cannot backtrack far. */
export function needleSource(needle: Needle): string {
  return needle
    .map((codes) => (codes.length === 1 ? codes.map(characterSource).join('') : `[${codes.map(characterSource).join('')}]`))
    .join('');
}
