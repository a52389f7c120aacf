import { ANY, contains, MOST_CODE_POINT, normalise, type Ranges } from './ranges.ts';

function scan(test: RegExp): Ranges {
  const out: number[] = [];
  let start = -1;
  for (let code = 0; code <= MOST_CODE_POINT + 1; code++) {
    const inside = code <= MOST_CODE_POINT && test.test(String.fromCodePoint(code));
    if (inside && start === -1) start = code;
    if (inside || start === -1) continue;
    out.push(start, code - 1);
    start = -1;
  }
  return out;
}

function property(name: string): RegExp | undefined {
  for (const source of [`\\p{Script=${name}}`, `\\p{General_Category=${name}}`]) {
    try {
      return new RegExp(`^${source}$`, 'u');
    } catch {
      // Not a property of this kind: the next one, or none.
    }
  }
  return undefined;
}

const classes = new Map<string, Ranges>();

/** The characters of a general category or script (`L`, `Lu`, `Greek`), or undefined when there is none of this name. */
export function unicodeClass(name: string): Ranges | undefined {
  if (name === 'Any') return ANY;
  const known = classes.get(name);
  if (known !== undefined) return known;
  const test = /^[A-Z][A-Za-z_]*$/.test(name) ? property(name) : undefined;
  if (test === undefined) return undefined;
  const ranges = scan(test);
  classes.set(name, ranges);
  return ranges;
}

const single = (text: string) => ([...text].length === 1 ? (text.codePointAt(0) ?? 0) : undefined);

// U+0131 has an upper case, I, but folds to nothing but itself.
const DOTLESS_I = 0x131;

/** Simple case folding of Unicode: a character → all that are equal to it but for case, itself included. */
function buildOrbits(): ReadonlyMap<number, readonly number[]> {
  const orbits = new Map<number, number[]>();
  for (let code = 0x41; code <= 0x1e943; code++) {
    const character = String.fromCodePoint(code);
    for (const other of [single(character.toLowerCase()), single(character.toUpperCase())]) {
      if (other === undefined || other === code || code === DOTLESS_I) continue;
      const joined = [...new Set([...(orbits.get(code) ?? [code]), ...(orbits.get(other) ?? [other])])];
      for (const member of joined) orbits.set(member, joined);
    }
  }
  return orbits;
}

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** ASCII letters fold to each other, but for the Kelvin sign (k) and the long s. */
function foldAscii(ranges: Ranges): Ranges {
  const added: number[] = [];
  for (let letter = 0x41; letter <= 0x5a; letter++) {
    if (!contains(ranges, letter) && !contains(ranges, letter + 0x20)) continue;
    added.push(letter, letter, letter + 0x20, letter + 0x20);
    if (letter === 0x4b) added.push(0x212a, 0x212a);
    if (letter === 0x53) added.push(0x17f, 0x17f);
  }
  return normalise([...ranges, ...added]);
}

/** The set with every character that differs by case alone from one of it: `(?i)`. */
export function fold(ranges: Ranges): Ranges {
  if ((ranges.at(-1) ?? 0) < 0x80) return foldAscii(ranges);
  orbits ??= buildOrbits();
  const added: number[] = [];
  for (const [code, orbit] of orbits) {
    if (contains(ranges, code)) for (const other of orbit) added.push(other, other);
  }
  return normalise([...ranges, ...added]);
}
