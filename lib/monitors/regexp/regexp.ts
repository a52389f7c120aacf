import { type Node, PatternError } from './ast.ts';
import { Dfa } from './dfa.ts';
import { prefixOf } from './needles.ts';
import { parsePattern } from './parse.ts';
import { type Captures, Pike } from './pike.ts';
import { compileProgram, PatternTooLarge, type Program } from './program.ts';

/** Longer ones are no pattern but an accident. */
const LONGEST_PATTERN = 16_384;

/** A pattern in Go's syntax with Go's meaning. Every call ends in time linear in the text. */
export class Regexp {
  readonly source: string;
  readonly node: Node;
  readonly #program: Program;
  readonly #names: ReadonlyMap<string, number>;
  #dfa: Dfa | undefined;
  #pike: Pike | undefined;

  constructor(source: string) {
    if (source.length > LONGEST_PATTERN) throw new PatternError('expression is too large', `${source.slice(0, 40)}…`, 1);
    const { node, groups, names } = parsePattern(source);
    this.source = source;
    this.node = node;
    this.#names = names;
    this.#program = compileProgram(node, groups);
  }

  /** Whether it matches anywhere. */
  test(text: string): boolean {
    this.#dfa ??= new Dfa(this.#program);
    return this.#dfa.matches(text);
  }

  /** Where its leftmost match and the groups of it are, at or after `from`. */
  find(text: string, from = 0): Captures | undefined {
    this.#pike ??= new Pike(this.#program, prefixOf(this.node));
    return this.#pike.find(text, from);
  }

  /** What a group with a name holds in its leftmost match. */
  named(name: string, text: string): string | undefined {
    const group = this.#names.get(name);
    const found = group === undefined ? undefined : this.find(text);
    if (group === undefined || found === undefined) return undefined;
    const [start = -1, end = -1] = found.slice(group * 2);
    return start === -1 ? undefined : text.slice(start, end);
  }
}

export interface PatternProblem {
  readonly message: string;
  readonly column: number;
}

/** The compiled pattern, or why it is none. */
export function compilePattern(source: string): Regexp | PatternProblem {
  try {
    return new Regexp(source);
  } catch (error) {
    if (error instanceof PatternError) return { message: error.message, column: error.column };
    if (error instanceof PatternTooLarge) return { message: `error parsing regexp: expression ${error.message}`, column: 1 };
    throw error;
  }
}
