import type { Option } from './command.ts';

/** `--name=value` as its parts; undefined: no such option. */
function split(word: string): { readonly name: string; readonly value: string | undefined } | undefined {
  const match = /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(word);
  return match === null ? undefined : { name: match[1] ?? '', value: match[2] };
}

/**
 * What kubectl's flags allow and node's parser does not: `--force=true`, `--grace-period -1`, and a bare `--dry-run`. Everything else
 * is left to the parser as it was typed.
 */
export function kubectlStyle(options: Readonly<Record<string, Option>>, words: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return [...out, ...words.slice(at)];
    const { name = '', value } = split(word) ?? {};
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const next = words[at + 1];
    if (option?.type === 'boolean' && (value === 'true' || value === 'false'))
      out.push(...(value === 'true' ? [`--${name}`] : []));
    else if (option?.bare !== undefined && value === undefined) out.push(`--${name}=${option.bare}`);
    else if (option?.type === 'string' && value === undefined && next !== undefined && /^-\d/.test(next)) {
      out.push(`--${name}=${next}`);
      at += 1;
    } else out.push(word);
  }
  return out;
}
