import { controllerOf, isFinished, isTerminating, type Pod, podName } from './objects.ts';

export interface FilterFlags {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  /** Seconds after the end of a pod's grace period, from which on it is not waited for; 0: always waited for. */
  readonly skipWaitForDelete: number;
}

/** What a GET of the pod's DaemonSet said. `assumed`: it may not be read, and the person who asks vouched for it. */
export type DaemonSetFact =
  | { readonly kind: 'exists' }
  | { readonly kind: 'assumed'; readonly message: string }
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string };

export type FilterId = 'deleted' | 'daemon-set' | 'mirror' | 'local-storage' | 'unreplicated';

/** `error` refuses the whole node: then no pod of it is touched. */
export interface Verdict {
  readonly moves: boolean;
  readonly kind: 'okay' | 'skip' | 'warning' | 'error';
  readonly filter?: FilterId;
  readonly messages: readonly string[];
}

const WORDS = {
  daemonSetFatal: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
  daemonSetWarning: 'ignoring DaemonSet-managed Pods',
  localStorageFatal: 'Pods with local storage (use --delete-emptydir-data to override)',
  localStorageWarning: 'deleting Pods with local storage',
  unmanagedFatal: 'Pods that declare no controller (use --force to override)',
  unmanagedWarning: 'deleting Pods that declare no controller',
} as const;

const OKAY: Verdict = { moves: true, kind: 'okay', messages: [] };
const skip = (filter: FilterId): Verdict => ({ moves: false, kind: 'skip', filter, messages: [] });
const refuse = (filter: FilterId, message: string): Verdict => ({ moves: false, kind: 'error', filter, messages: [message] });
const warn = (filter: FilterId, moves: boolean, message: string): Verdict => ({
  moves,
  kind: 'warning',
  filter,
  messages: [message],
});

/** The DaemonSet whose existence decides about this pod; undefined: none does. */
export function daemonSetOf(pod: Pod): string | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || owner.apiVersion !== 'apps/v1') return undefined;
  return isFinished(pod) ? undefined : owner.name;
}

/** Whole seconds past the end of its grace period, cut as Go's int() cuts. */
export function isLongDeleted(pod: Pod, after: number, now: number): boolean {
  if (after <= 0 || !isTerminating(pod)) return false;
  return Math.trunc((now - Date.parse(pod.metadata.deletionTimestamp ?? '')) / 1000) > after;
}

function daemonSet(pod: Pod, fact: DaemonSetFact | undefined, { force, ignoreDaemonSets }: FilterFlags): Verdict {
  if (daemonSetOf(pod) === undefined || fact === undefined) return OKAY;
  // Orphaned: nothing would bring it back, and nothing manages it.
  if (fact.kind === 'missing' && force) return warn('daemon-set', true, fact.message);
  if (fact.kind === 'missing' || fact.kind === 'unreadable') return refuse('daemon-set', fact.message);
  if (!ignoreDaemonSets) return refuse('daemon-set', WORDS.daemonSetFatal);
  return warn('daemon-set', false, fact.kind === 'assumed' ? fact.message : WORDS.daemonSetWarning);
}

function localStorage(pod: Pod, { deleteEmptyDirData }: FilterFlags): Verdict {
  const hasEmptyDir = pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined && emptyDir !== null) === true;
  if (!hasEmptyDir || isFinished(pod)) return OKAY;
  if (!deleteEmptyDirData) return refuse('local-storage', WORDS.localStorageFatal);
  return warn('local-storage', true, WORDS.localStorageWarning);
}

function unreplicated(pod: Pod, { force }: FilterFlags): Verdict {
  if (isFinished(pod) || controllerOf(pod) !== undefined) return OKAY;
  return force ? warn('unreplicated', true, WORDS.unmanagedWarning) : refuse('unreplicated', WORDS.unmanagedFatal);
}

/**
 * The filters of k8s.io/kubectl/pkg/drain in their order; the first that keeps the pod decides. Unlike there, a warning of an
 * earlier filter is not lost to a later one.
 */
export function judgePod(
  pod: Pod,
  flags: FilterFlags,
  { daemonSet: fact, now }: { daemonSet?: DaemonSetFact; now: number },
): Verdict {
  const filters: readonly (() => Verdict)[] = [
    () => (isLongDeleted(pod, flags.skipWaitForDelete, now) ? skip('deleted') : OKAY),
    () => daemonSet(pod, fact, flags),
    () => (pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined ? OKAY : skip('mirror')),
    () => localStorage(pod, flags),
    () => unreplicated(pod, flags),
  ];
  const warned: Verdict[] = [];
  for (const filter of filters) {
    const verdict = filter();
    if (!verdict.moves) return verdict;
    if (verdict.kind === 'warning') warned.push(verdict);
  }
  const last = warned.at(-1);
  return last === undefined ? OKAY : { ...last, messages: warned.flatMap(({ messages }) => messages) };
}

export interface Judged {
  readonly pod: Pod;
  readonly verdict: Verdict;
}

function byMessage(judged: readonly Judged[], kind: Verdict['kind']): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { pod, verdict } of judged) {
    if (verdict.kind !== kind) continue;
    for (const message of verdict.messages) groups.set(message, [...(groups.get(message) ?? []), podName(pod)]);
  }
  return groups;
}

/** One sentence for each warning, with the pods it is about. */
export function warningsOf(judged: readonly Judged[]): readonly string[] {
  return [...byMessage(judged, 'warning')].map(([message, pods]) => `${message}: ${pods.join(', ')}`);
}

/** Why the node cannot be drained as it was asked; empty: it can. */
export function refusalsOf(judged: readonly Judged[]): readonly string[] {
  return [...byMessage(judged, 'error')].map(([message, pods]) => `cannot delete ${message}: ${pods.join(', ')}`);
}
