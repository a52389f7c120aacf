import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, minutes, seconds } from '../../model/units.ts';

/** os-release(5). */
export interface OsRelease {
  /** `debian`, `centos`; `linux` where nothing says. */
  readonly id: string;
  readonly idLike: readonly string[];
  /** `12`, `7`, `22.04`; absent on rolling releases. */
  readonly versionId?: string;
  readonly prettyName: string;
}

/** One value as a shell reads it: quotes of both kinds, and backslashes outside of single quotes. */
export function parseShellValue(text: string): string {
  const single = /^'([^']*)'/.exec(text);
  if (single !== null) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(text);
  if (double !== null) return (double[1] ?? '').replace(/\\(["$`\\])/g, '$1');
  return (/^(?:[^\s\\]|\\.)*/.exec(text)?.[0] ?? '').replace(/\\(.)/g, '$1');
}

/** Not by the package `ini`: to it `'7.10'` is the number 7.1, `a#b` is `a` and `true` is no word (docs/adr/0013). */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, parseShellValue(value));
  }
  const id = values.get('ID') || 'linux';
  const versionId = values.get('VERSION_ID');
  return {
    id,
    idLike: (values.get('ID_LIKE') ?? '').split(/\s+/).filter((word) => word !== ''),
    prettyName: values.get('PRETTY_NAME') || id,
    ...(versionId === undefined || versionId === '' ? {} : { versionId }),
  };
}

async function readOsRelease(host: HostView): Promise<OsRelease> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const answer = await host.readFile(path, { maxBytes: 64 * KiB });
    if (answer.kind === 'text') return parseOsRelease(answer.text);
  }
  return parseOsRelease('');
}

export const osRelease = defineSource<OsRelease>({
  id: 'os-release',
  deadline: seconds(3),
  keep: minutes(10),
  read: readOsRelease,
});
