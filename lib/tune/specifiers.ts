import { type Unclear, unclear } from './unit-words.ts';

/** What `%` stands for in this unit: the specifiers that follow from its name alone. */
function specifiersOf(unit: string): Readonly<Record<string, string>> {
  const whole = unit.replace(/\.[a-z]+$/, '');
  const at = whole.indexOf('@');
  const prefix = at === -1 ? whole : whole.slice(0, at);
  const instance = at === -1 ? '' : whole.slice(at + 1);
  // %I and %P are unescaped: the same as long as there is nothing escaped in them.
  const plain = (name: string, text: string) => (/[-\\]/.test(text) ? {} : { [name]: text });
  return { '%': '%', n: unit, N: whole, p: prefix, i: instance, ...plain('I', instance), ...plain('P', prefix) };
}

/** specifier_printf() of systemd: before a character that can be no specifier, and at the end, `%` is itself (`nodefs.available<5%,…`). */
export function expandSpecifiers(text: string, unit: string): string | Unclear {
  const known = specifiersOf(unit);
  const unknown = [...text.matchAll(/%(.)/gs)]
    .map(([, char = '']) => char)
    .find((char) => /\w/.test(char) && known[char] === undefined);
  if (unknown !== undefined) return unclear(`the specifier %${unknown} is not foretold here`);
  return text.replaceAll(/%(.)/gs, (whole, char: string) => known[char] ?? whole);
}
