import type { HostView } from '../../host/host.ts';
import { toInstant, toObject, toObjects, toText } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { readKubeletLines } from '../kubelet/kubelet-lines.ts';
import { type NodePod, nodePods } from './node-pods.ts';

/** What a message about a pod is about. */
export type TroubleKind = 'image' | 'object' | 'volume' | 'sandbox' | 'runtime' | 'probe';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly text: string;
  readonly at?: Instant;
}

/** By pod UID: what Events and the kubelet's log say about pods that are late, the newest last. */
export interface PodTrouble {
  readonly byUid: Readonly<Record<string, readonly Trouble[]>>;
  /** Where it is from, and what could not be asked: `events`, `the journal of kubelet.service; events: 403`. */
  readonly from: string;
}

/** Where more are late, they share a cause; events are a request for each. */
const MOST_PODS = 20;
const MOST_QUESTIONS = 5;
const LATE = seconds(45);
/** Patterns that look for two words apart take the square of it. */
const LONGEST_LINE = 4000;
const WINDOW = minutes(15);

/** The first that matches; a Secret that is missing fails its mount, so objects come before volumes. */
const KINDS: readonly (readonly [TroubleKind, RegExp])[] = [
  ['object', /(?:\b(?:configmap|secret|serviceaccount)\b|object "[^"]+"\/).*(?:not found|not registered)|couldn't find key/i],
  ['sandbox', /CreatePodSandbox|[Pp]od ?[Ss]andbox|cni plugin|network plugin|NetworkNotReady|NetworkPlugin/],
  ['volume', /MountVolume|FailedMount|FailedAttachVolume|attach or mount volumes|UnmountVolume|TearDown|MountDevice|volume/i],
  ['image', /ErrImage|ImagePull|[Ff]ailed to pull image|InvalidImageName|image can't be pulled/],
  ['probe', /Unhealthy|[Pp]robe failed/],
  [
    'runtime',
    /KillContainer|KillPodSandbox|FailedKillPod|StopContainer|RunContainer|CreateContainer|StartContainer|DeadlineExceeded|deadline exceeded/,
  ],
];

/** What a line of the kubelet is about, without klog's header and the operation's coordinates. */
export function essenceOf(line: string): string {
  const quoted =
    /Error: "(.+)"\s*$/.exec(line)?.[1] ??
    /\berr="((?:[^"\\]|\\.)+)"/.exec(line)?.[1] ??
    /, skipping: .*? with \w+: "(.+)"\s*$/.exec(line)?.[1];
  return (quoted ?? line.replace(/^[IWEF]\d{4} [\d:.]+\s+\d+ \S+?:\d+\] /, '')).replaceAll('\\"', '"');
}

export function troubleOf(message: string, at?: Instant): Trouble | undefined {
  const line = message.slice(0, LONGEST_LINE);
  const kind = KINDS.find(([, pattern]) => pattern.test(line))?.[0];
  return kind === undefined ? undefined : { kind, text: essenceOf(line).slice(0, 400), ...(at === undefined ? {} : { at }) };
}

/** The kubelet tells what went well at level I, and in some versions also what did not. */
const WENT_WELL = /^I\d{4} /;
const FAILURE = /fail|error|unable|cannot|can't|couldn't|not found|timed out|deadline|denied|refused|unhealthy/i;

const isComplaint = (line: string): boolean => !WENT_WELL.test(line) || FAILURE.test(line.slice(0, LONGEST_LINE));

/** Events of one object, oldest first; `Normal` ones (Pulling, Scheduled) explain nothing. */
function parseEvents(body: unknown): readonly Trouble[] {
  const { kind, items } = toObject(body);
  if (kind !== 'EventList') return [];
  const warnings = toObjects(items).filter(({ type }) => type === 'Warning');
  return warnings
    .flatMap(({ reason, message, lastTimestamp, eventTime }) => {
      const at = toInstant(lastTimestamp) ?? toInstant(eventTime);
      return troubleOf(`${toText(reason)}: ${toText(message)}`, at) ?? [];
    })
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** Worth a closer look: beyond its grace, or bound to the node and without a running container, for a while. */
function isLate(pod: NodePod, at: Instant): boolean {
  if (pod.deletedAt !== undefined) return at - pod.deletedAt > LATE;
  const since = pod.scheduledAt ?? pod.createdAt;
  return pod.phase === 'Pending' && since !== undefined && at - since > LATE;
}

/** A kubelet's own identity may write Events and not read them: the first refusal ends the questions. */
async function readEvents(host: HostView, pods: readonly NodePod[]): Promise<Record<string, readonly Trouble[]> | string> {
  const byUid: Record<string, readonly Trouble[]> = {};
  for (const { namespace, uid } of pods) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldSelector=involvedObject.uid%3D${encodeURIComponent(uid)}&limit=50`;
    const answer = await host.apiGet({ path, deadline: seconds(1) });
    if (answer.kind !== 'response') return answer.kind;
    if (answer.status !== 200) return String(answer.status);
    byUid[uid] = parseEvents(answer.body);
  }
  return byUid;
}

async function readJournal(host: HostView, context: ReadContext, pods: readonly NodePod[]): Promise<PodTrouble> {
  const lines = await readKubeletLines(host, context, WINDOW);
  if (lines.kind === 'unavailable') return { byUid: {}, from: `nothing (${lines.why})` };
  const byUid = pods.map(({ uid }) => {
    const about = lines.entries.filter(({ message }) => message.includes(uid) && isComplaint(message));
    return [uid, about.flatMap(({ message, at }) => troubleOf(message, at) ?? []).slice(-10)] as const;
  });
  return { byUid: Object.fromEntries(byUid), from: 'the kubelet’s log' };
}

async function read(host: HostView, context: ReadContext): Promise<PodTrouble> {
  const pods = await context.use(nodePods);
  if (pods.kind !== 'found') return { byUid: {}, from: 'nothing' };
  const late = pods.value.filter((pod) => isLate(pod, pods.at)).slice(0, MOST_PODS);
  if (late.length === 0) return { byUid: {}, from: 'nothing' };
  const events = await readEvents(host, late.slice(0, MOST_QUESTIONS));
  if (typeof events !== 'string') return { byUid: events, from: 'its events' };
  return readJournal(host, context, late);
}

export const podTrouble = defineSource<PodTrouble>({ id: 'pod-trouble', deadline: seconds(9.5), read });
