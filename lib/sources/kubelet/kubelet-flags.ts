/** Flag name without dashes → its values in the order given; a flag without a value has the value `true`. */
export type KubeletFlags = ReadonlyMap<string, readonly string[]>;

/**
 * Command line of a kubelet by pflag's rules: `--flag=value` and `--flag value`; `_` counts as `-` (WordSepNormalizeFunc).
 * The kubelet refuses positional arguments, so a bare word after a flag is always that flag's value.
 */
export function parseFlags(words: readonly string[]): KubeletFlags {
  const flags = new Map<string, string[]>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') break;
    if (!word.startsWith('--')) continue;
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals).replaceAll('_', '-');
    const next = words[index + 1];
    const takesNext = equals === -1 && next !== undefined && !next.startsWith('-');
    if (takesNext) index += 1;
    const separate = takesNext ? (next ?? '') : 'true';
    const value = equals === -1 ? separate : word.slice(equals + 1);
    flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  return flags;
}

/** Value of a flag that holds one: given twice, the last wins. */
export function flagText(flags: KubeletFlags, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}

/** Map flag (`a<b,c<d` or `a=b`): the first use drops the defaults, repeated uses add keys; `--flag=` is an empty map. */
export function flagMap(flags: KubeletFlags, name: string, separator: '<' | '='): Readonly<Record<string, string>> | undefined {
  const values = flags.get(name);
  if (values === undefined) return undefined;
  const pairs = values.flatMap((value) => value.split(',')).filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf(separator);
      if (at === -1) return [pair.trim(), ''];
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
