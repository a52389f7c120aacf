import { nearest } from '../../model/nearest.ts';
import type { JsonNode, Member, Place } from './json.ts';

/** What is wrong in a monitor's file, or doubtful. */
export interface Remark {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `rules[3].pattern`. */
  readonly key: string;
  readonly message: string;
}

/** Collects what is wrong with a file: all of it at once. */
export class Remarks {
  readonly file: string;
  readonly problems: Remark[] = [];
  readonly warnings: Remark[] = [];

  constructor(file: string) {
    this.file = file;
  }

  problem(place: Place, key: string, message: string): void {
    this.problems.push({ file: this.file, ...place, key, message });
  }

  warn(place: Place, key: string, message: string): void {
    this.warnings.push({ file: this.file, ...place, key, message });
  }
}

const LONGEST = 60;

function shown(node: JsonNode): string {
  if (node.kind === 'object') return 'an object';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'null') return 'null';
  const text = node.kind === 'number' ? node.raw : JSON.stringify(node.value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A value with its place and the name it has in messages. */
export class Field {
  readonly key: string;
  readonly place: Place;
  readonly #node: JsonNode;
  readonly #remarks: Remarks;

  constructor(node: JsonNode, key: string, remarks: Remarks) {
    this.#node = node;
    this.key = key;
    this.place = node.place;
    this.#remarks = remarks;
  }

  warn(message: string): void {
    this.#remarks.warn(this.place, this.key, message);
  }

  problem(message: string): undefined {
    this.#remarks.problem(this.place, this.key, message);
    return undefined;
  }

  expected(what: string): undefined {
    return this.problem(`is ${shown(this.#node)}; expected ${what}`);
  }

  text(): string | undefined {
    return this.#node.kind === 'text' ? this.#node.value : this.expected('a text');
  }

  truth(): boolean | undefined {
    return this.#node.kind === 'truth' ? this.#node.value : this.expected('true or false');
  }

  whole(): number | undefined {
    const fits = this.#node.kind === 'number' && /^-?\d+$/.test(this.#node.raw) && Number.isSafeInteger(Number(this.#node.raw));
    return this.#node.kind === 'number' && fits ? Number(this.#node.raw) : this.expected('a whole number');
  }

  items(): readonly Field[] {
    if (this.#node.kind !== 'list') {
      this.expected('a list');
      return [];
    }
    return this.#node.items.map((item, index) => new Field(item, `${this.key}[${index}]`, this.#remarks));
  }

  texts(): readonly string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }

  fields(): Fields {
    if (this.#node.kind === 'object') return new Fields(this.#node.members, this, this.#remarks);
    this.expected('an object');
    return new Fields([], this, this.#remarks);
  }
}

/** The members of an object, found as Go finds them: whatever their case, the last of several, null as absent. */
export class Fields {
  readonly at: Field;
  readonly #members: readonly Member[];
  readonly #remarks: Remarks;
  readonly #asked: string[] = [];

  constructor(members: readonly Member[], at: Field, remarks: Remarks) {
    this.#members = members;
    this.at = at;
    this.#remarks = remarks;
  }

  get(name: string): Field | undefined {
    this.#asked.push(name);
    const member = this.#members.findLast(({ key }) => key.toLowerCase() === name.toLowerCase());
    if (member === undefined || member.value.kind === 'null') return undefined;
    return new Field(member.value, this.#named(member.key), this.#remarks);
  }

  #named(key: string): string {
    return this.at.key === '' ? key : `${this.at.key}.${key}`;
  }

  /** Every member, by its name as written; the last of several. */
  all(): ReadonlyMap<string, Field> {
    return new Map(this.#members.map(({ key, value }) => [key, new Field(value, this.#named(key), this.#remarks)]));
  }

  /** node-problem-detector ignores what it does not know; a slip of the pen is worth a word. */
  warnUnknown(): void {
    for (const { key, place } of this.#members) {
      if (this.#asked.some((name) => name.toLowerCase() === key.toLowerCase())) continue;
      const meant = nearest(key, this.#asked);
      this.#remarks.warn(
        place,
        this.#named(key),
        `is not known and ignored${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      );
    }
  }
}
