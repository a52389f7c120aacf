import { formatDuration } from '../../lib/model/quantity.ts';
import { parseControlGroup } from '../../lib/sources/host/control-group.ts';
import { commandLineOf, processOf } from './processes.ts';
import { done, failed, refused, type StepContext, type StepOf, type StepOutcome, stopAt, until } from './step.ts';

type EndProcess = StepOf<'end-process'>;

/** Undefined: it is what the plan says it is. */
async function whyNot({ process: { pid }, argument, what }: EndProcess, { host }: StepContext): Promise<string | undefined> {
  const [words, cgroup] = await Promise.all([commandLineOf(host, pid), host.readFile(`/proc/${pid}/cgroup`)]);
  if (words === undefined) return `the command line of process ${pid} could not be read, so it is not proved to be ${what}`;
  if (!words.includes(argument)) return `process ${pid} is not ${what}: its command line does not name it`;
  // A process in a pod may call itself what it likes.
  if (cgroup.kind !== 'text' || parseControlGroup(cgroup.text).inside !== undefined) {
    return `process ${pid} is not ${what}: it is no process of the host's`;
  }
  return undefined;
}

export async function endProcess(step: EndProcess, context: StepContext): Promise<StepOutcome> {
  const { pid, startTicks } = step.process;
  const isThere = async () => (await processOf(context.host, pid))?.startTicks === startTicks;
  if (!(await isThere())) return done(`${step.what} (process ${pid}) had ended`);
  const why = await whyNot(step, context);
  if (why !== undefined) return refused(why);

  const answer = await context.control.control({ kind: 'signal-process', pid, startTicks, signal: 'SIGKILL' });
  const sent = stopAt(answer, `SIGKILL for process ${pid}`);
  if (sent !== undefined) return sent;
  const ended = await until(context, step.within, async () => ((await isThere()) ? undefined : true));
  if (ended === true) return done(`ended ${step.what} (process ${pid})`);
  return failed(`${step.what} (process ${pid}) outlives SIGKILL by ${formatDuration(step.within)}: it waits in the kernel`);
}
