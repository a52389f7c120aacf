import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Evidence, type Fault, fault, pass, unknown } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional } from '../model/source.ts';
import { minutes, seconds } from '../model/units.ts';
import { uninterruptibleTasks as problem } from '../problems/uninterruptible-tasks.ts';
import type { BlockedProcess } from '../sources/host/blocked-process.ts';
import { blockedTasks } from '../sources/host/blocked-tasks.ts';
import { type PodNames, podNames } from '../sources/runtime/pod-names.ts';

const DAEMON = /^(dockerd|containerd|containerd-shim.*|cri-dockerd|crio|conmon|runc|kubelet|hyperkube|kubelite|k3s.*|rke2)$/;

// A name is the process's own choice: what runs in a container is nobody's daemon, whatever it calls itself.
const isDaemon = ({ name, group }: BlockedProcess): boolean => group.inside === undefined && DAEMON.test(name);

function ownerOf({ podUid, containerId, group }: BlockedProcess, pods: PodNames): string | undefined {
  if (podUid !== undefined) return `pod ${pods[podUid] ?? podUid}`;
  if (containerId !== undefined) return `container ${containerId.slice(0, 12)}`;
  return group.unit;
}

/** A process in a container goes by its container first, so that its own name can never pass for a daemon's. */
function subjectOf(process: BlockedProcess, owner: string | undefined): string {
  const self = `${process.name}[${process.pid}]`;
  return process.group.inside === undefined ? self : `${owner ?? 'container'} ${self}`;
}

function evidenceOf({ pid, waitsIn, stack }: BlockedProcess): Evidence[] {
  const wchan = waitsIn === undefined ? [] : [{ from: `/proc/${pid}/wchan`, excerpt: waitsIn }];
  return [...wchan, ...(stack === undefined ? [] : [{ from: `/proc/${pid}/stack`, excerpt: stack.slice(0, 2000) }])];
}

function judge(process: BlockedProcess, pods: PodNames, activeAfter: number): Fault {
  const { pid, name, tasks, blockedFor, exact, waitsIn } = process;
  const owner = ownerOf(process, pods);
  const threads = tasks === 1 ? '' : ` with ${tasks} threads`;
  const message =
    `${name} (PID ${pid}${owner === undefined ? '' : `, ${owner}`})${threads} is blocked in the kernel ` +
    `for ${exact ? '' : 'at least '}${formatDuration(blockedFor)}${waitsIn === undefined ? '' : ` in ${waitsIn}`}`;
  const isActive = blockedFor >= activeAfter;
  const details = {
    subject: subjectOf(process, owner),
    state: isActive ? 'active' : 'suspected',
    evidence: evidenceOf(process),
    advice: fillIn(problem.advice, { PID: String(pid) }),
    measure: { observed: blockedFor, limit: activeAfter, unit: 'ms' },
  } as const;
  if (!isDaemon(process)) return fault(problem, 'TaskBlocked', message, details);
  return fault(problem, 'DaemonBlocked', message, { ...details, severity: isActive ? 'critical' : 'warning' });
}

export const uninterruptibleTasks = defineCheck({
  id: 'uninterruptible-tasks',
  title: 'no task is stuck in the kernel',
  interval: minutes(1),
  sources: { tasks: blockedTasks, pods: optional(podNames) },
  problems: [problem],
  settings: {
    activeAfter: setting.duration(
      seconds(30),
      'a saturated disk makes single writes wait this long; the kernel itself warns after 120s',
    ),
  },
  evaluate({ tasks, pods }, { now, settings }) {
    const names = isUnavailable(pods) ? {} : pods;
    const faults = tasks.processes.map((process) => ({
      ...judge(process, names, settings.activeAfter),
      ...(process.exact ? { since: now - process.blockedFor } : {}),
    }));
    if (tasks.others > 0) {
      const message = `${tasks.others} more processes are blocked in the kernel`;
      faults.push(fault(problem, 'TaskBlocked', message, { subject: 'others', state: 'suspected' }));
    }
    if (faults.length > 0) return faults;
    if (tasks.truncated) return [unknown(`only the first ${tasks.seen} tasks were looked at; none of them is stuck`)];
    return [pass(`none of ${tasks.seen} tasks is stuck in uninterruptible sleep`)];
  },
});
