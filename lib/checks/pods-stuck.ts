import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Fault, type Finding, type FindingState, fault, pass } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional, type SourceFailure } from '../model/source.ts';
import { type Duration, type Instant, minutes } from '../model/units.ts';
import { podStuck as problem } from '../problems/pod-stuck.ts';
import { isKubeletIdentity } from '../sources/cluster/cluster-identity.ts';
import { type NodePod, nodePods } from '../sources/cluster/node-pods.ts';
import { podTrouble, type Trouble } from '../sources/cluster/pod-trouble.ts';
import { type Pressure, pressure } from '../sources/host/pressure.ts';
import { withoutAnswer } from './cluster/judgeable.ts';
import { creationCause, isUncreated, type StuckCause, terminationCause } from './pods/cause.ts';

interface Stuck {
  readonly pod: NodePod;
  readonly cause: StuckCause;
  readonly since: Instant;
  readonly state: FindingState;
  readonly words: string;
}

interface Limits {
  readonly terminatingMargin: Duration;
  readonly pendingAfter: Duration;
  readonly activeAfter: Duration;
}

/** How long a pod may take, by whether something is known to have failed. */
interface Patience {
  readonly explained: Limits;
  readonly unexplained: Limits;
}

/** Beyond it a list helps nobody. */
const MOST_FINDINGS = 20;

const nameOf = ({ namespace, name }: NodePod) => `${namespace}/${name}`;

/** Nothing failed as far as anybody says: it may just be slow. */
const isUnexplained = ({ reason }: StuckCause) => reason === 'TerminatingBeyondGrace' || reason === 'NotCreated';

function judgePod(pod: NodePod, troubles: readonly Trouble[], now: Instant, patience: Patience): Stuck | undefined {
  const { deletedAt } = pod;
  const since = deletedAt ?? pod.scheduledAt ?? pod.createdAt;
  if (since === undefined) return undefined;
  const cause = deletedAt === undefined ? creationCause(pod, troubles) : terminationCause(pod, troubles);
  const limits = isUnexplained(cause) ? patience.unexplained : patience.explained;
  const age = now - since;
  const state = age >= limits.activeAfter ? 'active' : 'suspected';
  if (deletedAt !== undefined) {
    // A mirror goes with its file; the kubelet, not a deletion, ends a static pod.
    if (pod.mirror || age <= limits.terminatingMargin) return undefined;
    // The kubelet sets it to 0 when it has done its part.
    const grace = pod.gracePeriod === 0 ? 'its grace' : `its grace of ${formatDuration(pod.gracePeriod)}`;
    return { pod, cause, since, state, words: `Terminating for ${formatDuration(age)} beyond ${grace}` };
  }
  if (!isUncreated(pod) || age <= limits.pendingAfter) return undefined;
  return { pod, cause, since, state, words: `bound to the node for ${formatDuration(age)} and not created` };
}

/** One pod without its image is its owner's matter; several owners without theirs are the node's, or the registry's. */
function ownersWithoutImage(all: readonly Stuck[]): number {
  const owners = all.filter(({ cause }) => cause.reason === 'ImageNotPulled').map(({ pod }) => pod.owner ?? nameOf(pod));
  return new Set(owners).size;
}

function toFault(
  { pod, cause, since, state, words }: Stuck,
  { from, shared, nodeName }: { from: string; shared: boolean; nodeName: string },
): Fault {
  const image = pod.containers.find((container) => container.state === 'waiting')?.image ?? '';
  const advice = problem.reasons[cause.reason].advice ?? problem.advice;
  return fault(problem, cause.reason, `${nameOf(pod)} is ${words}: ${cause.text}`, {
    subject: nameOf(pod),
    since,
    state,
    ...(shared && cause.reason === 'ImageNotPulled' ? { severity: 'warning' as const } : {}),
    evidence: [{ from, excerpt: cause.text }],
    advice: fillIn(advice, { NAMESPACE: pod.namespace, POD: pod.name, IMAGE: image, NODE: nodeName }),
  });
}

function summary(rest: readonly Stuck[]): Fault {
  const names = rest.slice(0, 5).map(({ pod }) => nameOf(pod));
  const message = `${rest.length} more pods are stuck, among them ${names.join(', ')}`;
  return fault(problem, rest[0]?.cause.reason ?? 'NotCreated', message, { subject: 'others' });
}

/** On a node whose tasks wait for a CPU most of the time everything takes its time, and nothing is stuck for that. */
const STARVED_PATIENCE = 3;

function patient(limits: Limits, reading: Pressure | SourceFailure, starvedShare: number): Limits {
  const stall = isUnavailable(reading) || reading.stall.kind !== 'measured' ? undefined : reading.stall.cpu.some.avg60;
  if (stall === undefined || stall / 100 < starvedShare) return limits;
  const { terminatingMargin, pendingAfter, activeAfter } = limits;
  return {
    terminatingMargin: terminatingMargin * STARVED_PATIENCE,
    pendingAfter: pendingAfter * STARVED_PATIENCE,
    activeAfter: activeAfter * STARVED_PATIENCE,
  };
}

export const podsStuck = defineCheck({
  id: 'pods-stuck',
  title: 'the pods of this node start and end in time',
  interval: minutes(5),
  lookAgain: minutes(1),
  sources: { pods: nodePods, trouble: optional(podTrouble), pressed: optional(pressure) },
  problems: [problem],
  settings: {
    terminatingMargin: setting.duration(
      minutes(1),
      'after the grace period the kubelet kills, unmounts and reports; under load that takes some seconds',
    ),
    pendingAfter: setting.duration(minutes(3), 'an image of a few gigabytes takes minutes to pull'),
    activeAfter: setting.duration(minutes(5), 'the kubelet tries volumes and images again with a back-off of up to 5 minutes'),
    starvedShare: setting.ratio(
      0.5,
      'tasks wait for a CPU half of the last minute: three times the patience, or every crowded node has stuck pods',
    ),
  },
  evaluate({ pods, trouble, pressed }, { settings }): readonly Finding[] {
    if (pods.kind !== 'found') return [withoutAnswer(pods)];
    const { at, identity } = pods;
    const { byUid, from } = isUnavailable(trouble) ? { byUid: {}, from: trouble.unavailable } : trouble;
    const patience = { explained: settings, unexplained: patient(settings, pressed, settings.starvedShare) };
    const stuck = pods.value
      .flatMap((pod) => judgePod(pod, byUid[pod.uid] ?? [], at, patience) ?? [])
      .sort((a, b) => a.since - b.since);
    if (stuck.length === 0) return [pass(`${pods.value.length} pods on this node, none of them stuck`)];
    const shared = ownersWithoutImage(stuck) > 1;
    const source = isKubeletIdentity(identity) ? `the pod’s status and ${from}` : `the pod’s status, ${from}`;
    const shown = stuck.slice(0, MOST_FINDINGS).map((one) => toFault(one, { from: source, shared, nodeName: identity.nodeName }));
    const rest = stuck.slice(MOST_FINDINGS);
    return rest.length === 0 ? shown : [...shown, summary(rest)];
  },
});
