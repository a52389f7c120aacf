export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Member {
  readonly key: string;
  readonly place: Place;
  readonly value: JsonNode;
}

/** JSON that still knows where everything stands. */
export type JsonNode = { readonly place: Place } & (
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'text'; readonly value: string }
  /** As written: Go refuses `10.0` where it expects a whole number. */
  | { readonly kind: 'number'; readonly raw: string }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'null' }
);

export class JsonError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** What Go's encoding/json allows is 10,000; no monitor needs it. */
const DEEPEST = 64;

const WORDS: Readonly<Record<string, { readonly kind: 'truth'; readonly value: boolean } | { readonly kind: 'null' }>> = {
  true: { kind: 'truth', value: true },
  false: { kind: 'truth', value: false },
  null: { kind: 'null' },
};

class Reader {
  readonly #text: string;
  #at = 0;
  /** How far the lines are counted: places are asked for in their order. */
  #counted = { at: 0, line: 1, start: 0 };

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file');
    return node;
  }

  #place(): Place {
    const counted = this.#counted;
    for (; counted.at < this.#at; counted.at++) {
      if (this.#text[counted.at] !== '\n') continue;
      counted.line += 1;
      counted.start = counted.at + 1;
    }
    return { line: counted.line, column: this.#at - counted.start + 1 };
  }

  #unexpected(expected: string): JsonError {
    const character = this.#text[this.#at];
    const found = character === undefined ? 'the end of the file' : JSON.stringify(character);
    return new JsonError(`is not JSON: ${found} where ${expected} was expected`, this.#place());
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#unexpected(JSON.stringify(character));
  }

  #value(depth: number): JsonNode {
    this.#space();
    const place = this.#place();
    if (depth > DEEPEST) throw new JsonError(`is nested more than ${DEEPEST} deep`, place);
    const character = this.#text[this.#at];
    if (character === '{') return { kind: 'object', place, members: this.#members(depth) };
    if (character === '[') return { kind: 'list', place, items: this.#items(depth) };
    if (character === '"') return { kind: 'text', place, value: this.#string() };
    return this.#scalar(place);
  }

  #scalar(place: Place): JsonNode {
    const ahead = this.#text.slice(this.#at, this.#at + 400);
    const [raw] = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(ahead) ?? [];
    const [word = ''] = /^[a-z]+/.exec(ahead) ?? [];
    const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (raw === undefined && known === undefined) throw this.#unexpected('a value');
    this.#at += (raw ?? word).length;
    return known === undefined ? { kind: 'number', place, raw: raw ?? '' } : { ...known, place };
  }

  #members(depth: number): readonly Member[] {
    this.#expect('{');
    const members: Member[] = [];
    if (this.#take('}')) return members;
    do {
      this.#space();
      const place = this.#place();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in double quotes');
      const key = this.#string();
      this.#expect(':');
      members.push({ key, place, value: this.#value(depth + 1) });
    } while (this.#take(','));
    this.#expect('}');
    return members;
  }

  #items(depth: number): readonly JsonNode[] {
    this.#expect('[');
    const items: JsonNode[] = [];
    if (this.#take(']')) return items;
    do items.push(this.#value(depth + 1));
    while (this.#take(','));
    this.#expect(']');
    return items;
  }

  #string(): string {
    const place = this.#place();
    const start = this.#at;
    this.#at += 1;
    while (this.#text[this.#at] !== '"') {
      const character = this.#text[this.#at];
      if (character === undefined) throw new JsonError('is not JSON: a text without its closing quote', place);
      if (character < ' ') throw this.#unexpected('an escape such as \\n (a control character stands in a text)');
      this.#at += character === '\\' ? 2 : 1;
    }
    this.#at += 1;
    try {
      return String(JSON.parse(this.#text.slice(start, this.#at))).toWellFormed();
    } catch {
      throw new JsonError('is not JSON: a text with an unknown escape', place);
    }
  }
}

/** Strict JSON as Go's encoding/json reads it; throws JsonError. */
export const parseJson = (text: string): JsonNode => new Reader(text).document();
