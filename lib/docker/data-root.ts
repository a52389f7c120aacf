/** How daemon.json calls the data root: `data-root` came with 17.05, which still takes `graph`; 23.0 no longer does. */
export type DataRootKey = 'data-root' | 'graph';

function versionOf(text: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

const isBefore = ([major, minor]: readonly [number, number], [otherMajor, otherMinor]: readonly [number, number]) =>
  major < otherMajor || (major === otherMajor && minor < otherMinor);

/** undefined: older than 1.12, or no version of docker at all. `present`: keys of the daemon.json that is there. */
export function dataRootKey(version: string, present: readonly string[]): DataRootKey | undefined {
  const parsed = versionOf(version);
  if (parsed === undefined || isBefore(parsed, [1, 12])) return undefined;
  if (isBefore(parsed, [17, 5])) return 'graph';
  return present.includes('graph') && isBefore(parsed, [23, 0]) ? 'graph' : 'data-root';
}

const FLAG = /^(?:--(data-root|graph)|(-g))(?:=(.*))?$/s;

/** The flag of dockerd's command line that sets the data root; dockerd refuses to start with both it and the file's key. */
export function dataRootFlag(argv: readonly string[]): { readonly flag: string; readonly value: string } | undefined {
  for (const [index, word] of argv.entries()) {
    const [match, long, short, value] = FLAG.exec(word) ?? [];
    if (match !== undefined) return { flag: short ?? `--${long}`, value: value ?? argv[index + 1] ?? '' };
  }
  return undefined;
}
