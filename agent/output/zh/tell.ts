type Part = string | { readonly name: string };

interface Template {
  readonly parts: readonly Part[];
  readonly into: readonly Part[];
}

const partsOf = (text: string): readonly Part[] =>
  text
    .split(/(\{\w+\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\{\w+\}$/.test(part) ? { name: part.slice(1, -1) } : part));

/**
 * What stands in the place of each name, or undefined where the text is another one. A fixed part is taken where it first comes, and
 * never looked for again: hostile text costs no more time than its length.
 */
function valuesOf(parts: readonly Part[], text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  let at = 0;
  let open: string | undefined;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'string') {
      open = part.name;
      continue;
    }
    const isLast = index === parts.length - 1;
    const found = isLast && open !== undefined ? text.length - part.length : text.indexOf(part, at);
    if (found < at || (open === undefined && found !== at) || !text.startsWith(part, found)) return undefined;
    if (open !== undefined) values.set(open, text.slice(at, found));
    open = undefined;
    at = found + part.length;
  }
  if (open !== undefined) values.set(open, text.slice(at));
  else if (at !== text.length) return undefined;
  return [...values.values()].includes('') ? undefined : values;
}

/** Translates by a table of templates; `within` is what is done with each value. What fits none comes back unchanged. */
export function tell(table: Readonly<Record<string, string>>, within = (value: string) => value): (text: string) => string {
  const templates: Template[] = [];
  for (const [text, into] of Object.entries(table)) {
    if (text.includes('{')) templates.push({ parts: partsOf(text), into: partsOf(into) });
  }
  return (text) => {
    const whole = Object.hasOwn(table, text) ? table[text] : undefined;
    if (whole !== undefined) return whole;
    for (const { parts, into } of templates) {
      const values = valuesOf(parts, text);
      if (values === undefined) continue;
      return into.map((part) => (typeof part === 'string' ? part : within(values.get(part.name) ?? ''))).join('');
    }
    return text;
  };
}
