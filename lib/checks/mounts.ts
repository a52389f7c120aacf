import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Advice, type Finding, fault, pass, unknown } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional, type SourceFailure } from '../model/source.ts';
import { minutes } from '../model/units.ts';
import { mountUnresponsive } from '../problems/mount-unresponsive.ts';
import { readonlyFilesystem } from '../problems/readonly-filesystem.ts';
import { type FstabEntry, fstab } from '../sources/fstab.ts';
import { type MountResponse, type MountResponses, mountResponses } from '../sources/mount-responses.ts';
import { type Mount, type MountTable, mountOf, mounts as mountTable } from '../sources/mounts.ts';
import { type PodNames, podNames, podVolumeOf } from '../sources/pod-names.ts';

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

function describe(mount: Mount): string {
  return `${mount.point} (${mount.type} on ${mount.origin})`;
}

function podOf(point: string, pods: PodNames): string | undefined {
  const volume = podVolumeOf(point);
  return volume === undefined ? undefined : `volume ${volume.volume} of pod ${pods[volume.uid] ?? volume.uid}`;
}

function findReadonly(
  table: MountTable,
  { entries, essential, pods }: { entries: readonly FstabEntry[]; essential: ReadonlySet<Mount>; pods: PodNames },
): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  // Essential ones first: a device is named once, by the path that matters most.
  for (const mount of [...essential, ...table.mounts.filter(({ origin }) => origin.startsWith('/dev/'))]) {
    const word = wordOf(mount);
    if (word === undefined || isImage(mount) || seen.has(mount.device)) continue;
    const wanted = wish(mount, entries, table.ofHost);
    if (wanted === 'read-only') continue;
    seen.add(mount.device);
    const evidence = [
      { from: table.from, excerpt: `${mount.point} ${mount.options.join(',')} - ${mount.superOptions.join(',')}` },
    ];
    if (wanted === 'unknown') {
      findings.push(
        unknown(`${describe(mount)} is read-only; only the host's own mount table tells whether on purpose`, { evidence }),
      );
      continue;
    }
    const pod = podOf(mount.point, pods);
    const message = `${describe(mount)} is read-only (${word}) though it is meant to be written to${pod === undefined ? '' : `; ${pod}`}`;
    const advice = fillIn(readonlyFilesystem.advice, { DEVICE: mount.origin });
    const severity = essential.has(mount) ? 'critical' : 'warning';
    findings.push(
      fault(readonlyFilesystem, 'FilesystemIsReadOnly', message, { subject: mount.point, severity, evidence, advice }),
    );
  }
  return findings;
}

function judgeWritable(
  table: MountTable,
  context: { entries: readonly FstabEntry[]; paths: readonly string[]; pods: PodNames },
): Finding[] {
  const essential = new Set(context.paths.flatMap((path) => mountOf(table.mounts, path) ?? []));
  const findings = findReadonly(table, { ...context, essential });
  if (findings.length > 0) return findings;
  if (table.truncated) return [unknown(`${table.from} is too long; only its first ${table.mounts.length} mounts were read`)];
  return [pass(`${essential.size} file systems that must be writable are, none of ${table.mounts.length} mounts went read-only`)];
}

/** Errors of the file system itself; a refused look (EACCES on another user's FUSE) is an answer. */
const BROKEN =
  /stale|not connected|host is down|input\/output|no route|timed out|connection|shutdown|EIO|ESTALE|ENOTCONN|EHOSTDOWN/i;

/** Advice for one family of file systems is left out for the others. */
const concerns =
  ({ type }: Mount) =>
  ({ command = '' }: Advice): boolean =>
    (type.startsWith('nfs') || !command.includes('rpcinfo')) && (type.startsWith('fuse') || !command.includes('/sys/fs/fuse'));

function judgeResponse({ mount, alsoAt, answer }: MountResponse, pods: PodNames, hostSlow: boolean): Finding[] {
  const others = alsoAt.length === 0 ? '' : ` and ${alsoAt.length} more mount points of it`;
  const users = [mount.point, ...alsoAt].flatMap((point) => podOf(point, pods) ?? []);
  const where = `${describe(mount)}${others}${users.length === 0 ? '' : `, ${users.slice(0, 3).join(', ')}`}`;
  const { advice: general, reasons } = mountUnresponsive;
  // fusectl names connections by the minor device number.
  const values = {
    MOUNTPOINT: mount.point,
    SERVER: mount.origin.replace(/:.*$/, ''),
    CONNECTION: mount.device.replace(/^\d+:/, ''),
  };
  const details = {
    subject: mount.point,
    advice: fillIn(
      (answer.kind === 'failed' ? reasons.MountBroken.advice : undefined) ?? general.filter(concerns(mount)),
      values,
    ),
    evidence: [{ from: `statfs ${mount.point}`, excerpt: [answer.kind, ...alsoAt].join('\n').slice(0, 1000) }],
  };
  switch (answer.kind) {
    case 'answered':
      return [];
    case 'failed':
      if (!BROKEN.test(answer.error)) return [];
      return [fault(mountUnresponsive, 'MountBroken', `${where} answers "${answer.error}"`, details)];
    case 'timed-out':
      if (hostSlow) return [unknown(`${where} gave no answer, but neither did a local file system`, { subject: mount.point })];
      return [fault(mountUnresponsive, 'MountHung', `${where} gave no answer within ${formatDuration(answer.after)}`, details)];
    case 'still-hanging': {
      const message = `${where} gives no answer; an earlier probe (PID ${answer.pid}) still hangs on it and cannot be killed`;
      return [fault(mountUnresponsive, 'MountHung', message, details)];
    }
  }
}

function judgeResponses(fact: MountResponses | SourceFailure, pods: PodNames): Finding[] {
  if (isUnavailable(fact)) return [unknown(fact.unavailable)];
  const findings = fact.responses.flatMap((response) => judgeResponse(response, pods, fact.hostSlow));
  const left =
    fact.notAsked === 0
      ? []
      : [unknown(`${fact.notAsked} foreign file systems beyond the first ${fact.responses.length} were not asked`)];
  if (findings.length + left.length > 0) return [...findings, ...left];
  const count = fact.responses.length;
  return [
    pass(count === 0 ? 'no network or FUSE file system is mounted' : `all ${count} network and FUSE file systems answered`),
  ];
}

export const mounts = defineCheck({
  id: 'mounts',
  title: 'file systems answer and can be written to',
  interval: minutes(1),
  sources: { table: mountTable, fstab: optional(fstab), responses: optional(mountResponses), pods: optional(podNames) },
  problems: [mountUnresponsive, readonlyFilesystem],
  settings: {
    mustBeWritable: setting.strings(
      [
        '/',
        '/var',
        '/var/log',
        '/var/lib/kubelet',
        '/var/lib/docker',
        '/var/lib/containerd',
        '/var/lib/containers',
        '/run',
        '/tmp',
      ],
      'what the kubelet and the runtimes write to: critical; any other disk that went read-only is a warning',
    ),
  },
  evaluate(facts, { settings }) {
    const pods = isUnavailable(facts.pods) ? {} : facts.pods;
    const entries = isUnavailable(facts.fstab) ? [] : facts.fstab;
    return [
      ...judgeWritable(facts.table, { entries, paths: settings.mustBeWritable, pods }),
      ...judgeResponses(facts.responses, pods),
    ];
  },
});
