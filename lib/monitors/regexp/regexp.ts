import { type Node, PatternError } from './ast.ts';
import { Dfa } from './dfa.ts';
import { prefixOf } from './needles.ts';
import { parsePattern } from './parse.ts';
import { type Captures, Pike } from './pike.ts';
import { compileProgram, PatternTooLarge, type Program } from './program.ts';

/** Longer ones are no pattern but an accident. */
const LONGEST_PATTERN = 16_384;

type Parsed = ReturnType<typeof parsePattern> & { readonly source: string };

/** Whoever asks about a pattern asks several things in a row. */
let last: Parsed | undefined;

function parsed(source: string): Parsed {
  if (last?.source !== source) last = { source, ...parsePattern(source) };
  return last;
}

/** A pattern in Go's syntax with Go's meaning. Every call ends in time linear in the text. */
export class Regexp {
  readonly source: string;
  readonly #names: ReadonlyMap<string, number> | undefined;
  #program: Program | undefined;
  #dfa: Dfa | undefined;
  #pike: Pike | undefined;

  /** Throws what is wrong with it. What it is compiled to is not kept until a line needs it: most rules never meet one. */
  constructor(source: string) {
    if (source.length > LONGEST_PATTERN) throw new PatternError('expression is too large', `${source.slice(0, 40)}…`, 1);
    const { node, groups, names } = parsed(source);
    compileProgram(node, groups);
    this.source = source;
    this.#names = names.size === 0 ? undefined : names;
  }

  get node(): Node {
    return parsed(this.source).node;
  }

  #compiled(): Program {
    if (this.#program === undefined) {
      const { node, groups } = parsed(this.source);
      this.#program = compileProgram(node, groups);
    }
    return this.#program;
  }

  /** Whether it matches anywhere. */
  test(text: string): boolean {
    this.#dfa ??= new Dfa(this.#compiled());
    return this.#dfa.matches(text);
  }

  /** Where its leftmost match and the groups of it are, at or after `from`. */
  find(text: string, from = 0): Captures | undefined {
    this.#pike ??= new Pike(this.#compiled(), prefixOf(this.node));
    return this.#pike.find(text, from);
  }

  /** What a group with a name holds in its leftmost match. */
  named(name: string, text: string): string | undefined {
    const group = this.#names?.get(name);
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
