/** Why systemd's reading of a file cannot be foretold: then nothing is planned on it. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly why: string;
}

export const unclear = (why: string): Unclear => ({ kind: 'unclear', why });

export function isUnclear(value: unknown): value is Unclear {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'unclear';
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const NUMERIC = /^(?:x([0-9a-fA-F]{2})|([0-7]{3}))/;

interface Escape {
  readonly text: string;
  /** Characters behind the backslash. */
  readonly length: number;
}

/** cunescape_one() of systemd; unknown escapes and bytes beyond ASCII are not guessed. */
function readEscape(rest: string): Escape | undefined {
  const simple = SIMPLE[rest[0] ?? ''];
  if (simple !== undefined) return { text: simple, length: 1 };
  const [whole, hex, octal] = NUMERIC.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
  return code > 0 && code < 128 ? { text: String.fromCharCode(code), length: whole.length } : undefined;
}

/**
 * `unit`: a value of a unit file (EXTRACT_UNQUOTE | EXTRACT_CUNESCAPE).
 * `variable`: the value of a `$VAR` that is split into words at the start (EXTRACT_UNQUOTE | EXTRACT_RELAX): a backslash takes the next character as it is.
 */
export type WordRules = 'unit' | 'variable';

/** As systemd's WHITESPACE. */
export const isBlank = (char: string): boolean => /[ \t\n\r]/.test(char);

/** extract_first_word() of systemd (src/basic/extract-word.c), until the end. */
export function splitUnitWords(text: string, rules: WordRules): readonly string[] | Unclear {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\') {
      const rest = text.slice(index + 1);
      const read = rules === 'unit' ? readEscape(rest) : { text: rest[0] ?? '', length: 1 };
      if (read === undefined || rest === '') return unclear(`the escape \\${rest.slice(0, 4)} is none that is known here`);
      word = (word ?? '') + read.text;
      index += read.length;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word = word ?? '';
    } else if (isBlank(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '' && rules === 'unit') return unclear(`a quote (${quote}) is never closed`);
  return word === undefined ? words : [...words, word];
}

/** One word of a unit file such that systemd reads back exactly this text: specifiers and escapes neutral, in quotes. */
export function quoteForUnit(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('%', '%%')}"`;
}

/** One word of a `$VAR` value such that it is split off whole. */
export function quoteForVariable(word: string): string {
  return word !== '' && !/[\s"'\\]/.test(word) ? word : `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
