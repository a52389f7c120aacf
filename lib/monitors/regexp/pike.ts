import { LINE_END, OTHER, WORD_CHARACTER } from './alphabet.ts';
import { holds, TEXT_END } from './closure.ts';
import type { Program } from './program.ts';
import { contains, NEWLINE, WORD } from './ranges.ts';

/** Start and end of each group in the text, -1 where it took no part; the whole match is the first. */
export type Captures = readonly number[];

function kindAt(text: string, at: number): number {
  if (at < 0 || at >= text.length) return TEXT_END;
  const code = text.charCodeAt(at);
  if (code === NEWLINE) return LINE_END;
  return code < 128 && contains(WORD, code) ? WORD_CHARACTER : OTHER;
}

/** Threads in the order of their preference, each with the groups it has seen. */
class Threads {
  count = 0;
  readonly states: Int32Array;
  readonly captures: number[][] = [];
  readonly #program: Program;
  readonly #seen: Uint32Array;
  #round = 1;
  readonly #pending: { readonly state: number; readonly captured: number[] }[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.states = new Int32Array(program.code.length);
    this.#seen = new Uint32Array(program.code.length);
  }

  clear(): void {
    this.count = 0;
    this.#round += 1;
  }

  /** Follows everything that needs no character, preferred branches first. */
  add(start: number, captured: number[], text: string, at: number): void {
    let state = start;
    let groups = captured;
    for (;;) {
      const one = this.#seen[state] === this.#round ? undefined : this.#program.code[state];
      this.#seen[state] = this.#round;
      if (one?.op === 'split') {
        this.#pending.push({ state: one.other, captured: groups });
        state = one.next;
        continue;
      }
      if (one?.op === 'save') {
        groups = groups.slice();
        groups[one.slot] = at;
        state = one.next;
        continue;
      }
      if (one?.op === 'assert' && holds(one.what, kindAt(text, at - 1), kindAt(text, at))) {
        state = one.next;
        continue;
      }
      if (one?.op === 'set' || one?.op === 'match') this.#wait(state, groups);
      const next = this.#pending.pop();
      if (next === undefined) return;
      state = next.state;
      groups = next.captured;
    }
  }

  #wait(state: number, captured: number[]): void {
    this.states[this.count] = state;
    this.captures[this.count] = captured;
    this.count += 1;
  }
}

/** The leftmost match, and of those the one a backtracking engine would find first: Pike's machine, linear in the text. */
export class Pike {
  readonly #program: Program;
  /** What every match begins with: where no thread lives, the search goes on there. */
  readonly #prefix: string;
  #now: Threads;
  #next: Threads;

  constructor(program: Program, prefix: string) {
    this.#program = program;
    this.#prefix = prefix;
    this.#now = new Threads(program);
    this.#next = new Threads(program);
  }

  find(text: string, from: number): Captures | undefined {
    this.#now.clear();
    let found: number[] | undefined;
    for (let at = from; ; ) {
      if (found === undefined) {
        if (this.#now.count === 0 && this.#prefix !== '') at = text.indexOf(this.#prefix, at);
        if (at === -1) return undefined;
        this.#begin(text, at);
      }
      if (this.#now.count === 0 && found !== undefined) return found;
      const code = text.codePointAt(at) ?? 0;
      const width = at >= text.length ? 0 : 1 + Number(code > 0xffff);
      found = this.#advance(text, at, width === 0 ? -1 : code) ?? found;
      if (width === 0) return found;
      at += width;
    }
  }

  #begin(text: string, at: number): void {
    const captured = new Array<number>(this.#program.slots).fill(-1);
    captured[0] = at;
    this.#now.add(this.#program.start, captured, text, at);
  }

  /** Moves every thread over one character. A thread that matches ends those it is preferred to. */
  #advance(text: string, at: number, code: number): number[] | undefined {
    const now = this.#now;
    const next = this.#next;
    next.clear();
    this.#now = next;
    this.#next = now;
    for (let index = 0; index < now.count; index++) {
      const one = this.#program.code[now.states[index] ?? 0];
      const captured = now.captures[index] ?? [];
      if (one?.op === 'match') return captured.with(1, at);
      if (one?.op !== 'set' || code === -1 || !contains(this.#program.sets[one.set] ?? [], code)) continue;
      next.add(one.next, captured, text, at + (code > 0xffff ? 2 : 1));
    }
    return undefined;
  }
}
