import { type Alphabet, buildAlphabet } from './alphabet.ts';
import { Closure, TEXT_END } from './closure.ts';
import type { Program } from './program.ts';

const UNKNOWN = -1;
const MATCHED = -2;

interface State {
  /** Where the automaton stands before it sees the next character; the start is always among them. */
  readonly states: Int32Array;
  /** What the last character was. */
  readonly before: number;
}

/** Numbers kept per pattern, so that no input makes it grow: 256 KiB. */
const MOST_CELLS = 65_536;

/**
 * Tells whether a pattern matches anywhere in a text: one table look-up per character, in a table that is filled as texts need it.
 * A text costs at most its length times the size of the pattern, whatever both are; see docs/adr on log patterns.
 */
export class Dfa {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #closure: Closure;
  readonly #stride: number;
  #states: State[] = [];
  #ids = new Map<string, number>();
  #table: Int32Array = new Int32Array(0);
  #cells = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#alphabet = buildAlphabet(program);
    this.#closure = new Closure(program);
    // One more column: the end of the text.
    this.#stride = this.#alphabet.size + 1;
    this.#forget();
  }

  matches(text: string): boolean {
    const { ascii, size } = this.#alphabet;
    const stride = this.#stride;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      let symbol = 0;
      if (code < 128) symbol = ascii[code] ?? 0;
      else {
        const whole = text.codePointAt(at) ?? code;
        if (whole > 0xffff) at += 1;
        symbol = this.#alphabet.symbolOf(whole);
      }
      let next = this.#table[state * stride + symbol] ?? UNKNOWN;
      if (next === UNKNOWN) next = this.#step(state, symbol);
      if (next === MATCHED) return true;
      state = next;
    }
    return (this.#table[state * stride + size] ?? UNKNOWN) === MATCHED || this.#step(state, size) === MATCHED;
  }

  #forget(): void {
    this.#states = [];
    this.#ids.clear();
    this.#table = new Int32Array(this.#stride * 8).fill(UNKNOWN);
    this.#cells = 0;
    this.#idOf(new Set([this.#program.start]), TEXT_END);
  }

  /** Where a symbol leads from a state; worked out once. */
  #step(from: number, symbol: number): number {
    const state = this.#states[from];
    if (state === undefined) return MATCHED;
    const atEnd = symbol === this.#alphabet.size;
    this.#closure.follow(state.states, state.before, atEnd ? TEXT_END : (this.#alphabet.kinds[symbol] ?? 0));
    if (this.#closure.matched) return this.#learn(from, symbol, MATCHED);
    if (atEnd) return UNKNOWN;
    const next = new Set([this.#program.start]);
    for (let at = 0; at < this.#closure.count; at++) {
      const one = this.#program.code[this.#closure.waiting[at] ?? 0];
      if (one?.op === 'set' && this.#alphabet.has[one.set * this.#alphabet.size + symbol] === 1) next.add(one.next);
    }
    const before = this.#alphabet.kinds[symbol] ?? 0;
    if (this.#cells + next.size + this.#stride > MOST_CELLS) {
      this.#forget();
      return this.#idOf(next, before);
    }
    return this.#learn(from, symbol, this.#idOf(next, before));
  }

  #learn(from: number, symbol: number, to: number): number {
    this.#table[from * this.#stride + symbol] = to;
    return to;
  }

  #idOf(states: ReadonlySet<number>, before: number): number {
    const sorted = Int32Array.from(states).sort();
    const key = `${before}:${sorted.join()}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push({ states: sorted, before }) - 1;
    this.#ids.set(key, id);
    this.#cells += sorted.length + this.#stride;
    if ((id + 1) * this.#stride > this.#table.length) {
      const larger = new Int32Array(this.#table.length * 2).fill(UNKNOWN);
      larger.set(this.#table);
      this.#table = larger;
    }
    return id;
  }
}
