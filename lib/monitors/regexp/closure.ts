import { LINE_END, WORD_CHARACTER } from './alphabet.ts';
import type { Assertion } from './ast.ts';
import type { Program } from './program.ts';

/** What stands before or behind a position: a kind of character, or an end of the text. */
export const TEXT_END = 3;

export function holds(what: Assertion, before: number, behind: number): boolean {
  switch (what) {
    case 'begin-text':
      return before === TEXT_END;
    case 'end-text':
      return behind === TEXT_END;
    case 'begin-line':
      return before === TEXT_END || before === LINE_END;
    case 'end-line':
      return behind === TEXT_END || behind === LINE_END;
    case 'word-boundary':
      return (before === WORD_CHARACTER) !== (behind === WORD_CHARACTER);
    case 'no-word-boundary':
      return (before === WORD_CHARACTER) === (behind === WORD_CHARACTER);
  }
}

/** Collects the states that wait for a character, and whether the match is among them; order does not matter here. */
export class Closure {
  /** Waiting states, the first `count` of them. */
  readonly waiting: Int32Array;
  count = 0;
  matched = false;
  readonly #program: Program;
  readonly #seen: Uint32Array;
  #round = 0;
  readonly #stack: number[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.waiting = new Int32Array(program.code.length);
    this.#seen = new Uint32Array(program.code.length);
  }

  follow(states: Int32Array, before: number, behind: number): void {
    this.#round += 1;
    this.count = 0;
    this.matched = false;
    for (const state of states) this.#follow(state, before, behind);
  }

  #follow(state: number, before: number, behind: number): void {
    this.#stack.push(state);
    for (let at = this.#stack.pop(); at !== undefined; at = this.#stack.pop()) {
      if (this.#seen[at] === this.#round) continue;
      this.#seen[at] = this.#round;
      this.#visit(at, before, behind);
    }
  }

  #visit(at: number, before: number, behind: number): void {
    const one = this.#program.code[at];
    if (one === undefined) return;
    if (one.op === 'set') this.waiting[this.count++] = at;
    else if (one.op === 'split') this.#stack.push(one.other, one.next);
    else if (one.op === 'save') this.#stack.push(one.next);
    else if (one.op === 'match') this.matched = true;
    else if (holds(one.what, before, behind)) this.#stack.push(one.next);
  }
}
