import { fillIn } from '../../model/advice.ts';
import { type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { readonlyFilesystem } from '../../problems/readonly-filesystem.ts';
import type { FstabEntry } from '../../sources/host/fstab.ts';
import { type Mount, type MountTable, mountOf } from '../../sources/host/mounts.ts';
import type { PodNames } from '../../sources/runtime/pod-names.ts';
import { describeMount, podOf } from './name.ts';

/** Written once and never again; the driver makes the superblock `ro` and leaves the mount `rw`. */
const IMMUTABLE = /^(squashfs|erofs|iso9660|udf|cramfs|romfs|composefs)$/;

const isImage = ({ type, superOptions }: Mount): boolean =>
  IMMUTABLE.test(type) || (type === 'overlay' && !superOptions.some((option) => option.startsWith('upperdir=')));

/** Since Linux 6.12 ext4 leaves the superblock `rw` after an error; since 6.15 it says so in its own words. */
const wordOf = ({ superOptions }: Mount): string | undefined =>
  ['ro', 'emergency_ro', 'shutdown'].find((word) => superOptions.includes(word));

type Wish = 'writable' | 'read-only' | 'unknown';

/** Who mounts read-only on purpose gets `ro` on the mount too; an error turns the superblock alone. */
function wish(mount: Mount, entries: readonly FstabEntry[], ofHost: boolean): Wish {
  const entry = entries.find(({ point }) => point === mount.point);
  if (entry !== undefined) return entry.options.includes('ro') ? 'read-only' : 'writable';
  if (mount.options.includes('rw')) return 'writable';
  return ofHost ? 'read-only' : 'unknown';
}

interface Context {
  readonly entries: readonly FstabEntry[];
  readonly essential: ReadonlySet<Mount>;
  readonly pods: PodNames;
}

/** `word`: by which the mount says that it is read-only. */
function judgeMount(mount: Mount, word: string, table: MountTable, { entries, essential, pods }: Context): Finding | undefined {
  const wanted = wish(mount, entries, table.ofHost);
  if (wanted === 'read-only') return undefined;
  const excerpt = `${mount.point} ${mount.options.join(',')} - ${mount.superOptions.join(',')}`;
  const evidence = [{ from: table.from, excerpt }];
  if (wanted === 'unknown') {
    const message = `${describeMount(mount)} is read-only; only the host's own mount table tells whether on purpose`;
    return unknown(message, { evidence });
  }
  const pod = podOf(mount.point, pods);
  const message = `${describeMount(mount)} is read-only (${word}) though it is meant to be written to${pod === undefined ? '' : `; ${pod}`}`;
  const advice = fillIn(readonlyFilesystem.advice, { DEVICE: mount.origin });
  const severity = essential.has(mount) ? 'critical' : 'warning';
  return fault(readonlyFilesystem, 'FilesystemIsReadOnly', message, { subject: mount.point, severity, evidence, advice });
}

function findReadonly(table: MountTable, context: Context): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  // Essential ones first: a device is named once, by the path that matters most.
  for (const mount of [...context.essential, ...table.mounts.filter(({ origin }) => origin.startsWith('/dev/'))]) {
    const word = wordOf(mount);
    if (word === undefined || isImage(mount) || seen.has(mount.device)) continue;
    const finding = judgeMount(mount, word, table, context);
    if (finding === undefined) continue;
    seen.add(mount.device);
    findings.push(finding);
  }
  return findings;
}

export function judgeWritable(
  table: MountTable,
  context: { entries: readonly FstabEntry[]; paths: readonly string[]; pods: PodNames },
): Finding[] {
  const essential = new Set(context.paths.flatMap((path) => mountOf(table.mounts, path) ?? []));
  const findings = findReadonly(table, { ...context, essential });
  if (findings.length > 0) return findings;
  if (table.truncated) return [unknown(`${table.from} is too long; only its first ${table.mounts.length} mounts were read`)];
  return [pass(`${essential.size} file systems that must be writable are, none of ${table.mounts.length} mounts went read-only`)];
}
