import type { FailoverAdvice } from '../../lib/failover/advice.ts';
import type { SettingVerdict } from '../../lib/failover/judge.ts';
import type { Outlook, PodOutlook, StageName } from '../../lib/failover/report.ts';
import type { Span } from '../../lib/failover/span.ts';
import { type Origin, type Parameter, parametersOf, renewInterval, type Timing } from '../../lib/failover/timing.ts';
import { isDefault, NOT_READY, tolerated, UNREACHABLE } from '../../lib/failover/toleration.ts';
import type { Writers } from '../../lib/failover/writers.ts';
import type { ControllerKind, Fencing } from '../../lib/model/failover.ts';

export interface SpanSeconds {
  readonly earliestSeconds: number;
  readonly latestSeconds: number;
}

export interface FailoverPodReport {
  readonly namespace: string;
  readonly name: string;
  readonly controller: {
    readonly kind: ControllerKind;
    readonly name: string;
    readonly above: string | null;
    readonly replicas: { readonly wanted: number; readonly ready: number } | null;
  };
  /** null: for ever. `isDefault`: what the API server puts into every pod that says nothing. */
  readonly toleration: {
    readonly unreachableSeconds: number | null;
    readonly notReadySeconds: number | null;
    readonly isDefault: boolean;
  };
  /** null: could not be asked. None of them holds an eviction by taint. */
  readonly budgets: readonly string[] | null;
  readonly volumes: readonly { readonly name: string; readonly what: string; readonly fencing: Fencing }[];
  readonly deletion: { readonly kind: 'at' | 'already' | 'never'; readonly at: SpanSeconds | null; readonly why: string | null };
  readonly replacement: {
    readonly kind: 'at' | 'pending' | 'waits' | 'never';
    readonly at: SpanSeconds | null;
    readonly why: string | null;
  };
  readonly writers: { readonly risk: Writers['risk']; readonly from: SpanSeconds | null; readonly message: string };
}

/** `nodemend failover --json`. Times count from the node's last heartbeat. */
export interface FailoverReport {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'FailoverReport';
  readonly node: string;
  readonly time: string;
  readonly askedAs: string;
  readonly controlPlaneVersion: string | null;
  /** Since the last heartbeat, as far as it is known. */
  readonly silentSeconds: number | null;
  readonly heartbeatSeconds: number;
  readonly parameters: readonly {
    readonly name: string;
    readonly component: Parameter['component'];
    /** Seconds, evictions per second, a share of 1, or a number. */
    readonly value: number;
    readonly origin: Origin;
    readonly from: string;
  }[];
  readonly zone: {
    readonly kind: 'evicts' | 'stops' | 'unknown';
    readonly message: string;
    readonly evictionsPerSecond: number | null;
  };
  readonly timeline: readonly ({ readonly stage: StageName; readonly pods: readonly string[] } & SpanSeconds)[];
  /** A kubelet that is heard again before this loses no pod; null: none is ever deleted. */
  readonly untouchedUntilSeconds: number | null;
  readonly pods: readonly FailoverPodReport[] | null;
  readonly checks: readonly SettingVerdict[];
  readonly advice: readonly FailoverAdvice[];
  readonly unseen: readonly string[];
}

const inSeconds = ({ earliest, latest }: Span): SpanSeconds => ({
  earliestSeconds: earliest / 1000,
  latestSeconds: latest / 1000,
});

const secondsOrForever = (time: number | 'forever'): number | null => (time === 'forever' ? null : time / 1000);

function toPod({ pod, fate, writers }: PodOutlook, timing: Timing): FailoverPodReport {
  const { kind, name, above, replicas } = pod.controller;
  const { tolerations } = pod;
  return {
    namespace: pod.namespace,
    name: pod.name,
    controller: { kind, name, above: above ?? null, replicas: replicas ?? null },
    toleration: {
      unreachableSeconds: secondsOrForever(tolerated(tolerations, UNREACHABLE)),
      notReadySeconds: secondsOrForever(tolerated(tolerations, NOT_READY)),
      isDefault: isDefault(tolerations, UNREACHABLE, timing.unreachableToleration.value),
    },
    budgets: pod.budgets ?? null,
    volumes: pod.volumes,
    deletion: {
      kind: fate.deletion.kind,
      at: fate.deletion.kind === 'at' ? inSeconds(fate.deletion.span) : null,
      why: fate.deletion.kind === 'never' ? fate.deletion.why : null,
    },
    replacement: {
      kind: fate.replacement.kind,
      at: 'span' in fate.replacement ? inSeconds(fate.replacement.span) : null,
      why: 'why' in fate.replacement ? fate.replacement.why : null,
    },
    writers: { risk: writers.risk, from: writers.from === null ? null : inSeconds(writers.from), message: writers.message },
  };
}

export interface ReportParts {
  readonly node: string;
  readonly time: string;
  readonly asker: string;
  readonly silentFor: number | undefined;
  readonly timing: Timing;
  readonly outlook: Outlook;
  /** A text: they could not be read. */
  readonly pods: string | undefined;
  readonly checks: readonly SettingVerdict[];
  readonly advice: readonly FailoverAdvice[];
  readonly unseen: readonly string[];
}

/** Pure: the model's figures as they are promised to scripts. */
export function toFailoverReport(parts: ReportParts): FailoverReport {
  const { node, time, asker, silentFor, timing, outlook, pods, checks, advice, unseen } = parts;
  const { zone, untouchedUntil, timeline } = outlook;
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'FailoverReport',
    node,
    time,
    askedAs: asker,
    controlPlaneVersion: timing.version ?? null,
    silentSeconds: silentFor === undefined ? null : Math.round(silentFor / 100) / 10,
    heartbeatSeconds: renewInterval(timing) / 1000,
    parameters: parametersOf(timing).map(({ name, component, value, unit, origin, from }) => ({
      ...{ name, component, value: unit === 'duration' ? value / 1000 : value, origin, from },
    })),
    zone: { kind: zone.kind, message: zone.why, evictionsPerSecond: zone.kind === 'evicts' ? zone.rate : null },
    timeline: timeline.map(({ stage, span, pods: names }) => ({ stage, ...inSeconds(span), pods: names })),
    untouchedUntilSeconds: untouchedUntil === undefined ? null : untouchedUntil / 1000,
    pods: pods === undefined ? outlook.pods.map((one) => toPod(one, timing)) : null,
    checks,
    advice,
    unseen: [...(pods === undefined ? [] : [`the pods: ${pods}`]), ...unseen],
  };
}
