import type { HostView } from '../../lib/host/host.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { ProcessIdentity } from '../../lib/model/remedy.ts';
import { processOf } from './processes.ts';
import { done, failed, refused, type StepContext, type StepOf, type StepOutcome, until } from './step.ts';

type EndGroup = StepOf<'end-group'>;

const MOST_GROUPS = 256;

/** A container's own group by its shape: never a slice, a service, or everything. */
function isContainers({ group, container }: EndGroup): boolean {
  const last = group.split('/').at(-1) ?? '';
  return (
    /^[0-9a-f]{64}$/.test(container) && last.includes(container) && group.startsWith('/sys/fs/cgroup/') && !group.includes('..')
  );
}

/** The group and those below it: a container may make groups of its own (systemd in a container, docker in docker). */
async function groupsBelow(host: HostView, group: string): Promise<readonly string[]> {
  const groups = [group];
  for (const path of groups) {
    const entries = await host.listDirectory(path);
    const names = entries.kind === 'entries' ? entries.names : [];
    const statuses = await Promise.all(names.map((name) => host.fileStatus(`${path}/${name}`)));
    groups.push(...names.filter((_, at) => isDirectory(statuses[at])).map((name) => `${path}/${name}`));
    if (groups.length > MOST_GROUPS) break;
  }
  return groups;
}

const isDirectory = (status: Awaited<ReturnType<HostView['fileStatus']>> | undefined) =>
  status?.kind === 'status' && status.is === 'directory';

async function processesIn(host: HostView, group: string): Promise<readonly ProcessIdentity[]> {
  const lists = await Promise.all((await groupsBelow(host, group)).map((path) => host.readFile(`${path}/cgroup.procs`)));
  const pids = lists.flatMap((list) => (list.kind === 'text' ? list.text.split('\n').filter(Boolean).map(Number) : []));
  // 0: a process of another PID namespace, which is none of ours.
  const entries = await Promise.all(pids.filter((pid) => pid > 1).map((pid) => processOf(host, pid)));
  return entries.filter((entry) => entry !== undefined).map(({ pid, startTicks }) => ({ pid, startTicks }));
}

export async function endGroup(step: EndGroup, context: StepContext): Promise<StepOutcome> {
  const { host, control } = context;
  const name = step.container.slice(0, 12);
  if (!isContainers(step)) return refused(`${step.group} is not the control group of container ${name}`);
  const isEmpty = async () => ((await processesIn(host, step.group)).length === 0 ? true : undefined);
  if ((await until(context, step.patience, isEmpty)) === true) return done(`container ${name} has no process left`);

  const killed = new Set<number>();
  // Again and again: what forks while it is counted is met in the next round.
  const emptied = await until(context, step.within, async () => {
    const processes = await processesIn(host, step.group);
    for (const { pid, startTicks } of processes) {
      const answer = await control.control({ kind: 'signal-process', pid, startTicks, signal: 'SIGKILL' });
      if (answer.kind === 'done') killed.add(pid);
    }
    return processes.length === 0 ? true : undefined;
  });
  if (emptied === true) return done(`ended ${killed.size} processes of container ${name}`);
  const left = (await processesIn(host, step.group)).map(({ pid }) => pid);
  return failed(
    `processes ${left.slice(0, 8).join(', ')} of container ${name} outlive SIGKILL by ${formatDuration(step.within)}`,
  );
}
