import { printable } from '../model/printable.ts';
import { parseMembership } from './groups.ts';

/** Whose a pod is. `other`: a drain moves it. */
export type PodKind = 'daemon-set' | 'static' | 'other';

export interface HostPod {
  /** As the kubelet names it in control groups: of a static pod not the mirror's. */
  readonly uid: string;
  readonly name: string;
  readonly kind: PodKind;
  /** It has ended; what still runs of it counts all the same. */
  readonly ended: boolean;
}

/** A container that the runtime has. `pod`: UID; empty: it is of no pod. */
export interface HostContainer {
  readonly id: string;
  readonly pod: string;
}

/** A process as /proc has it: who it is for as long as it lives, and where it belongs. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startTicks: number;
  readonly name: string;
  /** /proc/PID/cgroup; undefined: it could not be read although the process is there. */
  readonly groups: string | undefined;
}

export type Told<Value> = { readonly kind: 'told'; readonly value: Value } | { readonly kind: 'unknown'; readonly why: string };

export interface HostLook {
  readonly processes: Told<readonly HostProcess[]>;
  /** By the API server. */
  readonly pods: Told<readonly HostPod[]>;
  /** Pods by the runtime's sandboxes: it alone knows a static pod whose mirror was never made. */
  readonly sandboxes: Told<readonly HostPod[]>;
  readonly containers: Told<readonly HostContainer[]>;
}

/** `why`: sentence fragment. What could not be told is not empty. */
export type Emptiness = { readonly kind: 'empty'; readonly kept: number } | { readonly kind: 'not-empty'; readonly why: string };

const MOST_SHOWN = 3;

interface Known {
  readonly pods: ReadonlyMap<string, HostPod>;
  readonly containers: ReadonlyMap<string, HostContainer>;
  readonly look: HostLook;
}

/** The API server's word on whose a pod is; the runtime's on what is static, and never on DaemonSets. */
function podsByUid(api: readonly HostPod[], sandboxes: readonly HostPod[]): ReadonlyMap<string, HostPod> {
  const known = new Map(sandboxes.map((pod) => [pod.uid, pod]));
  for (const pod of api) if (known.get(pod.uid)?.kind !== 'static') known.set(pod.uid, pod);
  return known;
}

/** Why the pod of this UID may not run on; undefined: it may. */
function whyNot(uid: string, { pods }: Known): string | undefined {
  const pod = pods.get(uid);
  if (pod === undefined) return `a pod that nobody knows (${printable(uid, 64)})`;
  return pod.kind === 'other' ? `pod ${printable(pod.name, 200)}` : undefined;
}

/** Of a container outside of the kubelet's tree: the runtime has to know whose it is. */
function ofContainer(id: string, known: Known): string | undefined {
  const { containers } = known.look;
  if (containers.kind === 'unknown') return `a container whose pod is not known (${id.slice(0, 12)}: ${containers.why})`;
  const container = known.containers.get(id);
  if (container === undefined) return `a container that the runtime does not know (${id.slice(0, 12)})`;
  // Started by hand, or by another orchestrator: no pod's, and no drain would move it.
  return container.pod === '' ? undefined : whyNot(container.pod, known);
}

type Verdict = { readonly kind: 'none' | 'kept' } | { readonly kind: 'left'; readonly whose: string };

function judgeProcess({ groups }: HostProcess, known: Known): Verdict {
  const membership = groups === undefined ? undefined : parseMembership(groups);
  if (membership === undefined) return { kind: 'left', whose: 'control groups that could not be read' };
  const { pods, containers, astray } = membership;
  if (pods.length > 0) {
    const whose = pods.map((uid) => whyNot(uid, known)).find((why) => why !== undefined);
    return whose === undefined ? { kind: 'kept' } : { kind: 'left', whose };
  }
  if (astray) return { kind: 'left', whose: "the kubelet's control groups, and no pod of them" };
  const whose = containers.map((id) => ofContainer(id, known)).find((why) => why !== undefined);
  if (whose !== undefined) return { kind: 'left', whose };
  return { kind: containers.length > 0 ? 'kept' : 'none' };
}

const notEmpty = (why: string): Emptiness => ({ kind: 'not-empty', why });

/** Whether nothing runs here that a drain would have moved: by the host's own processes, not by what the API server believes. */
export function judgeEmptiness(look: HostLook): Emptiness {
  const { processes, pods, sandboxes, containers } = look;
  if (pods.kind === 'unknown') return notEmpty(`which pods are of DaemonSets is not known: ${pods.why}`);
  if (processes.kind === 'unknown') return notEmpty(`the processes of this host are not known: ${processes.why}`);
  const bound = pods.value.filter(({ kind, ended }) => kind === 'other' && !ended);
  if (bound.length > 0) {
    const more = bound.length > MOST_SHOWN ? `, and ${bound.length - MOST_SHOWN} more` : '';
    const names = bound.slice(0, MOST_SHOWN).map(({ name }) => printable(name, 200));
    return notEmpty(`${bound.length === 1 ? 'a pod is' : 'pods are'} bound to it still: ${names.join(', ')}${more}`);
  }
  const known: Known = {
    look,
    pods: podsByUid(pods.value, sandboxes.kind === 'told' ? sandboxes.value : []),
    containers: new Map((containers.kind === 'told' ? containers.value : []).map((one) => [one.id, one])),
  };
  const judged = processes.value.map((process) => ({ process, verdict: judgeProcess(process, known) }));
  const left = judged.flatMap(({ process: { pid, name }, verdict }) =>
    verdict.kind === 'left' ? [`process ${pid} (${printable(name, 32)}) is of ${verdict.whose}`] : [],
  );
  if (left.length === 0) return { kind: 'empty', kept: judged.filter(({ verdict }) => verdict.kind === 'kept').length };
  const more = left.length > MOST_SHOWN ? `; ${left.length - MOST_SHOWN} more` : '';
  return notEmpty(`${left.slice(0, MOST_SHOWN).join('; ')}${more}`);
}
