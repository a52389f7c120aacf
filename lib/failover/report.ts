import type { FailoverPod, ZoneNode } from '../model/failover.ts';
import { type Fate, fateOf } from './fate.ts';
import type { Span } from './span.ts';
import { type Stages, stagesOf } from './stages.ts';
import type { Timing } from './timing.ts';
import { type Writers, writersOf } from './writers.ts';
import { type ZoneVerdict, zoneVerdict } from './zone.ts';

export interface FailoverFacts {
  readonly node: string;
  readonly timing: Timing;
  /** A text: why they could not be read. */
  readonly nodes: readonly ZoneNode[] | string;
  readonly pods: readonly FailoverPod[] | string;
}

export interface PodOutlook {
  readonly pod: FailoverPod;
  readonly fate: Fate;
  readonly writers: Writers;
}

export type StageName = 'last-heartbeat' | 'node-unknown' | 'node-tainted' | 'pods-deleted' | 'pods-replaced';

/** One line of the timeline; `pods`: namespace/name. */
export interface Stage {
  readonly stage: StageName;
  readonly span: Span;
  readonly pods: readonly string[];
}

/** What happens if the node falls silent now. */
export interface Outlook {
  readonly stages: Stages;
  readonly zone: ZoneVerdict;
  readonly timeline: readonly Stage[];
  readonly pods: readonly PodOutlook[];
  /** The kubelet heard from again before this: no pod has been touched. Undefined: none is ever deleted. */
  readonly untouchedUntil: number | undefined;
  /** The last pod that is replaced without anybody's help. */
  readonly over: Span | undefined;
}

export const podName = ({ namespace, name }: FailoverPod): string => `${namespace}/${name}`;

/** Pods whose moment is the same share one line. */
function grouped(stage: StageName, moments: readonly (readonly [Span, string])[]): Stage[] {
  const lines = new Map<string, { readonly span: Span; readonly pods: string[] }>();
  for (const [span, pod] of moments) {
    const key = `${span.earliest}:${span.latest}`;
    const line = lines.get(key) ?? { span, pods: [] };
    line.pods.push(pod);
    lines.set(key, line);
  }
  return [...lines.values()].map((line) => ({ stage, ...line }));
}

const ORDER: readonly StageName[] = ['last-heartbeat', 'node-unknown', 'node-tainted', 'pods-deleted', 'pods-replaced'];

function timelineOf(stages: Stages, pods: readonly PodOutlook[]): readonly Stage[] {
  const deleted = pods.flatMap(({ pod, fate }) =>
    fate.deletion.kind === 'at' ? [[fate.deletion.span, podName(pod)] as const] : [],
  );
  const replaced = pods.flatMap(({ pod, fate }) =>
    fate.replacement.kind === 'at' || fate.replacement.kind === 'pending' ? [[fate.replacement.span, podName(pod)] as const] : [],
  );
  const all: Stage[] = [
    { stage: 'last-heartbeat', span: { earliest: 0, latest: 0 }, pods: [] },
    { stage: 'node-unknown', span: stages.unknown, pods: pods.map(({ pod }) => podName(pod)) },
    ...(stages.tainted === undefined ? [] : [{ stage: 'node-tainted' as const, span: stages.tainted, pods: [] }]),
    ...grouped('pods-deleted', deleted),
    ...grouped('pods-replaced', replaced),
  ];
  return all.toSorted(
    (a, b) =>
      a.span.earliest - b.span.earliest || ORDER.indexOf(a.stage) - ORDER.indexOf(b.stage) || a.span.latest - b.span.latest,
  );
}

/** Pure: facts → the whole chain. */
export function outlookOf({ node, timing, nodes, pods }: FailoverFacts): Outlook {
  const zone = zoneVerdict(nodes, node, timing);
  const stages = stagesOf(timing, zone);
  const known = typeof pods === 'string' ? [] : pods;
  const outlooks = known.map((pod) => {
    const siblings = known.filter((one) => one.namespace === pod.namespace && one.controller.name === pod.controller.name).length;
    const fate = fateOf(pod, { stages, release: timing.release, siblings });
    return { pod, fate, writers: writersOf(pod, fate) };
  });
  const timeline = timelineOf(stages, outlooks);
  const deletions = timeline.filter(({ stage }) => stage === 'pods-deleted');
  const ends = timeline.filter(({ stage }) => stage === 'pods-replaced').map(({ span }) => span);
  return {
    stages,
    zone,
    timeline,
    pods: outlooks,
    untouchedUntil: deletions.length === 0 ? undefined : Math.min(...deletions.map(({ span }) => span.earliest)),
    over: ends.toSorted((a, b) => b.latest - a.latest)[0],
  };
}
