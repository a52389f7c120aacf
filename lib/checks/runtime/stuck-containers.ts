import { type Evidence, type Fault, type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { seconds } from '../../model/units.ts';
import { containerRuntimeUnhealthy } from '../../problems/container-runtime-unhealthy.ts';
import { type ContainerReference, describeReference } from '../../sources/runtime/container-reference.ts';
import type { ContainerAnswers, ContainerCalls, OpenCall } from '../../sources/runtime/open-calls.ts';
import type { Shim } from '../../sources/runtime/runtime-shims.ts';

/** Subject of what is said about all containers together. */
const SUBJECT = 'containers';

/** Of those whose pods changed: that the others answer is not said. */
const CHANGED = 'changed containers';

export interface StuckContext {
  readonly runtime: string;
  readonly shims: readonly Shim[];
}

const STUCK_FOR = seconds(20);

const STATES: Readonly<Record<string, string>> = {
  T: 'stopped (state T)',
  D: 'in uninterruptible sleep (state D): look for the disk or mount it waits for',
};

/** Under docker it is named after the container, under CRI after the pod's sandbox. */
const shimOf = ({ id, sandbox }: ContainerReference, shims: readonly Shim[]): Shim | undefined =>
  shims.find(({ container }) => container !== undefined && (container === id || container === sandbox));

function shimEvidence(shim: Shim | undefined): Evidence[] {
  if (shim === undefined) return [];
  return [{ from: `/proc/${shim.pid}/stat`, excerpt: `shim ${shim.pid} of the container is in state ${shim.state}` }];
}

function toFault({ container, after }: OpenCall, calls: ContainerCalls, { runtime, shims }: StuckContext): Fault {
  const { id, name, pod, namespace } = container;
  const shim = shimOf(container, shims);
  const where = pod === undefined ? '' : ` of pod ${namespace ?? ''}/${pod}`;
  const others = calls.answered === 0 ? '' : ` while ${calls.answered} others did`;
  const stuck = STATES[shim?.state ?? ''];
  const isStopped = shim?.state.toUpperCase() === 'T';
  const message = `${runtime} did not answer inspect of container ${name}${where} (${id.slice(0, 12)}) within ${formatDuration(after)}${others}`;
  return fault(containerRuntimeUnhealthy, 'ContainerHung', stuck === undefined ? message : `${message}; its shim is ${stuck}`, {
    subject: describeReference(container),
    // A stopped shim answers nobody; else a container that starts holds its lock for as long as its volumes take.
    state: isStopped ? 'active' : 'suspected',
    ...(isStopped ? { stopped: true } : {}),
    activeAfter: STUCK_FOR,
    evidence: shimEvidence(shim),
    advice: [
      {
        text: 'See what the shim and the processes of the container wait for',
        command: `ps -eLo pid,ppid,stat,wchan:32,args | grep ${id.slice(0, 12)}`,
      },
      ...(shim?.state === 'T' ? [{ text: 'Let the shim go on', command: `kill -CONT ${shim.pid}` }] : []),
      {
        text: 'End its shim: this one container is lost and started anew, the others stay',
        command: shim === undefined ? `pkill -KILL -f 'containerd-shim.*${container.sandbox ?? id}'` : `kill -KILL ${shim.pid}`,
      },
    ],
  });
}

/** The containers whose inspect hangs, by name. All hanging at once is not the containers' fault. */
export function judgeContainers(answers: ContainerAnswers, context: StuckContext): readonly Finding[] {
  const subject = SUBJECT;
  if (answers.kind === 'not-asked') return [unknown(`no container was inspected: ${answers.why}`, { subject })];
  const { answered, open, left, of } = answers;
  const total = answered + open.length + left;
  if (open.length > 1 && answered === 0) {
    return [unknown(`${context.runtime} answered inspect of none of ${total} containers in time`, { subject })];
  }
  const stuck = open.map((call) => toFault(call, answers, context));
  if (left > 0) return [...stuck, unknown(`${left} of ${total} containers could not be inspected in time`, { subject })];
  if (stuck.length > 0) return stuck;
  if (of !== undefined)
    return [pass(`inspect answers for the ${total} of ${of} containers whose pods changed`, { subject: CHANGED })];
  return [pass(total === 0 ? 'there is no container' : `inspect answers for all containers (${total})`, { subject })];
}
