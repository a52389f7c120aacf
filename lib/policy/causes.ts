import type { Fault } from '../model/finding.ts';

interface Explanation {
  readonly cause: string;
  /** Whether this fault of the cause's type can explain that symptom. */
  readonly explains: (cause: Fault, symptom: Fault) => boolean;
}

const always = () => true;
const isCritical = (cause: Fault) => cause.severity === 'critical';
const RUNTIME_DAEMON = /^(dockerd|containerd|containerd-shim\S*|cri-dockerd|crio|conmon|runc)\b/;
const isRuntimeTask = (cause: Fault) => RUNTIME_DAEMON.test(cause.subject ?? '');
const isKubeletTask = (cause: Fault) => /^(kubelet|hyperkube|k3s|rke2|kubelite)\b/.test(cause.subject ?? '');
/** A met threshold alone does not stop a daemon; a file system with less than 1 % left does. */
const noSpace = ({ reason, measure }: Fault) =>
  /^(Nodefs|Imagefs|Containerfs)/.test(reason) && measure?.capacity !== undefined && measure.observed < measure.capacity / 100;
const hangs = (_: Fault, symptom: Fault) => symptom.reason.endsWith('Hung') || symptom.reason.endsWith('Slow');
/** What the runtime said of a path on that very file system. */
const names = ({ message }: Fault, { subject = '' }: Fault, words: string) =>
  message.toLowerCase().includes(words) && message.includes(subject);

/** Symptom type → what can explain it, the deepest cause first. */
const EXPLANATIONS: Readonly<Record<string, readonly Explanation[]>> = {
  ContainerRuntimeUnhealthy: [
    { cause: 'ReadonlyFilesystem', explains: always },
    { cause: 'EvictionThresholdMet', explains: noSpace },
    { cause: 'PidsNearLimit', explains: isCritical },
    {
      cause: 'FileDescriptorsNearLimit',
      explains: (cause) => isCritical(cause) && (cause.subject === undefined || isRuntimeTask(cause)),
    },
    { cause: 'UninterruptibleTasks', explains: (cause, symptom) => isRuntimeTask(cause) && hangs(cause, symptom) },
  ],
  KubeletUnhealthy: [
    { cause: 'ReadonlyFilesystem', explains: always },
    { cause: 'UninterruptibleTasks', explains: isKubeletTask },
    // Started against a hung runtime it never comes to serve; five minutes into a stall its sync loop check fails, too.
    { cause: 'ContainerRuntimeUnhealthy', explains: (cause, symptom) => isCritical(cause) && symptom.reason === 'KubeletHung' },
  ],
  UninterruptibleTasks: [{ cause: 'MountUnresponsive', explains: always }],
  PLEGUnhealthy: [
    { cause: 'ContainerRuntimeUnhealthy', explains: always },
    { cause: 'KubeletUnhealthy', explains: always },
  ],
  NodeNetworkUnhealthy: [{ cause: 'ContainerRuntimeUnhealthy', explains: (_, symptom) => symptom.subject === 'cri' }],
  HeartbeatAtRisk: [
    { cause: 'KubeletUnhealthy', explains: always },
    { cause: 'NodeNetworkUnhealthy', explains: always },
    { cause: 'PLEGUnhealthy', explains: always },
    { cause: 'ContainerRuntimeUnhealthy', explains: always },
  ],
  PodStuck: [
    { cause: 'ReadonlyFilesystem', explains: (cause, symptom) => names(symptom, cause, 'read-only file system') },
    { cause: 'EvictionThresholdMet', explains: (cause, { message }) => noSpace(cause) && message.includes('no space left') },
    { cause: 'ContainerRuntimeUnhealthy', explains: always },
    { cause: 'PLEGUnhealthy', explains: always },
    { cause: 'KubeletUnhealthy', explains: always },
  ],
};

/** Whether a problem of the one type is ever what lies behind one of the other. */
export const mayExplain = (cause: string, symptom: string): boolean =>
  (EXPLANATIONS[symptom] ?? []).some((explanation) => explanation.cause === cause);

/** The fault that explains this one: a notice explains nothing, and a check that named the cause itself is believed. */
export function causeOf(symptom: Fault, faults: readonly Fault[]): Fault | undefined {
  if (symptom.cause !== undefined) return faults.find(({ type }) => type === symptom.cause);
  for (const { cause, explains } of EXPLANATIONS[symptom.type] ?? []) {
    const found = faults.find((fault) => fault.type === cause && fault.severity !== 'notice' && explains(fault, symptom));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The fault, what explains it, what explains that, … down to the root. */
export function causeChain(fault: Fault, faults: readonly Fault[]): readonly [Fault, ...Fault[]] {
  const chain: [Fault, ...Fault[]] = [fault];
  for (let cause = causeOf(fault, faults); cause !== undefined && !chain.includes(cause); cause = causeOf(cause, faults)) {
    chain.push(cause);
  }
  return chain;
}

const SEVERITY_RANK = { critical: 0, warning: 1, notice: 2 } as const;

/** Causes before their symptoms, then the worst first; stable for equal faults. */
export function inReadingOrder(faults: readonly Fault[]): readonly Fault[] {
  const chains = faults.map((fault) => causeChain(fault, faults));
  const keyed = chains.map((chain) => {
    const [fault] = chain;
    const root = chain.at(-1) ?? fault;
    const family = chains.filter((other) => other.at(-1) === root);
    const worst = Math.min(...family.map(([member]) => SEVERITY_RANK[member.severity]));
    const key = [
      worst,
      `${root.type}/${root.subject ?? ''}`,
      chain.length,
      SEVERITY_RANK[fault.severity],
      fault.type,
      fault.subject ?? '',
    ];
    return { fault, key };
  });
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ fault }) => fault);
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? '';
    if (left < right) return -1;
    if (left > right) return 1;
  }
  return 0;
}
