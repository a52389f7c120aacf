import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { FailoverPodReport, SpanSeconds } from './failover-report.ts';
import { align } from './layout.ts';

export const seconds = (value: number): string => (value === 0 ? '0s' : formatDuration(Math.round(value) * 1000));

/** `40s – 45s`; one time where both are the same. */
export function when({ earliestSeconds, latestSeconds }: SpanSeconds): string {
  const [from, to] = [seconds(earliestSeconds), seconds(latestSeconds)];
  return from === to ? from : `${from} – ${to}`;
}

function toleration({ toleration: { unreachableSeconds, notReadySeconds, isDefault } }: FailoverPodReport): string {
  const text = (value: number | null) => (value === null ? 'for ever' : seconds(value));
  const [unreachable, notReady] = [text(unreachableSeconds), text(notReadySeconds)];
  const both = unreachable === notReady ? unreachable : `${unreachable}, not-ready ${notReady}`;
  return isDefault ? `${both} (default)` : both;
}

function ownerText({ controller: { kind, name, above, replicas } }: FailoverPodReport): string {
  const who = above ?? (name === '' ? kind : name);
  return printable(replicas === null ? who : `${who} ${replicas.ready}/${replicas.wanted}`);
}

function outcome({ deletion, replacement }: FailoverPodReport): string {
  if (deletion.kind === 'already') return 'is being deleted already';
  if (deletion.kind === 'never') return 'stays';
  const at = deletion.at === null ? '' : when(deletion.at);
  const isLate = replacement.at?.earliestSeconds !== deletion.at?.earliestSeconds;
  const next = {
    at: isLate && replacement.at !== null ? `new pod ${when(replacement.at)}` : 'new pod at once',
    pending: 'new pod, pending',
    waits: 'no new pod until it is gone',
    never: 'gone for good',
  };
  return `deleted ${at}, ${next[replacement.kind]}`;
}

export function podLines(pods: readonly FailoverPodReport[]): readonly string[] {
  const rows = pods.map((pod) => [
    printable(`${pod.namespace}/${pod.name}`),
    ownerText(pod),
    toleration(pod),
    pod.budgets === null ? '?' : printable(pod.budgets.join(', ') || '–'),
    outcome(pod),
  ]);
  return align([['pod', 'controller', 'tolerates', 'budget', 'what happens'], ...rows]);
}

const RISK: Readonly<Record<FailoverPodReport['writers']['risk'], string>> = {
  none: '',
  'kept-apart': 'kept apart',
  split: 'SPLIT DATA',
  'two-writers': 'TWO WRITERS',
  unknown: 'unknown',
};

/** Volumes of a single writer, the dangerous ones first. */
export function writerLines(pods: readonly FailoverPodReport[]): readonly string[] {
  const order: readonly FailoverPodReport['writers']['risk'][] = ['two-writers', 'split', 'unknown', 'kept-apart'];
  return pods
    .filter(({ writers }) => writers.risk !== 'none')
    .toSorted((a, b) => order.indexOf(a.writers.risk) - order.indexOf(b.writers.risk))
    .map(({ namespace, name, writers }) => {
      const from = writers.from === null ? '' : ` from ${when(writers.from)}`;
      return `${RISK[writers.risk]}${from}  ${namespace}/${name}: ${writers.message}`;
    });
}
