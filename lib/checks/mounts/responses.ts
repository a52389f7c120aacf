import { fillIn } from '../../model/advice.ts';
import { type Advice, type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { isUnavailable, type SourceFailure } from '../../model/source.ts';
import { mountUnresponsive } from '../../problems/mount-unresponsive.ts';
import type { MountResponse, MountResponses } from '../../sources/host/mount-responses.ts';
import type { Mount } from '../../sources/host/mounts.ts';
import type { PodNames } from '../../sources/runtime/pod-names.ts';
import { describeMount, podOf } from './name.ts';

/** Errors of the file system itself; a refused look (EACCES on another user's FUSE) is an answer. */
const BROKEN =
  /stale|not connected|host is down|input\/output|no route|timed out|connection|shutdown|EIO|ESTALE|ENOTCONN|EHOSTDOWN/i;

/** Advice for one family of file systems is left out for the others. */
const concerns =
  ({ type }: Mount) =>
  ({ command = '' }: Advice): boolean =>
    (type.startsWith('nfs') || !command.includes('rpcinfo')) && (type.startsWith('fuse') || !command.includes('/sys/fs/fuse'));

function whereOf({ mount, alsoAt }: MountResponse, pods: PodNames): string {
  const others = alsoAt.length === 0 ? '' : ` and ${alsoAt.length} more mount points of it`;
  const users = [mount.point, ...alsoAt].flatMap((point) => podOf(point, pods) ?? []);
  return `${describeMount(mount)}${others}${users.length === 0 ? '' : `, ${users.slice(0, 3).join(', ')}`}`;
}

function detailsOf({ mount, alsoAt, answer }: MountResponse) {
  const { advice: general, reasons } = mountUnresponsive;
  const own = answer.kind === 'failed' ? reasons.MountBroken.advice : undefined;
  // fusectl names connections by the minor device number.
  const [SERVER, CONNECTION] = [mount.origin.replace(/:.*$/, ''), mount.device.replace(/^\d+:/, '')];
  return {
    subject: mount.point,
    advice: fillIn(own ?? general.filter(concerns(mount)), { MOUNTPOINT: mount.point, SERVER, CONNECTION }),
    evidence: [{ from: `statfs ${mount.point}`, excerpt: [answer.kind, ...alsoAt].join('\n').slice(0, 1000) }],
  };
}

function judgeResponse(response: MountResponse, pods: PodNames, hostSlow: boolean): Finding[] {
  const { mount, answer } = response;
  const where = whereOf(response, pods);
  const details = detailsOf(response);
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

export function judgeResponses(fact: MountResponses | SourceFailure, pods: PodNames): Finding[] {
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
