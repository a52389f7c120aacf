import { printable } from '../../lib/model/printable.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Page } from './doctor.ts';
import type { FailoverPodReport, FailoverReport, SpanSeconds } from './failover-report.ts';
import { align, wrap } from './layout.ts';
import { painter, type Tone } from './paint.ts';

const seconds = (value: number): string => (value === 0 ? '0s' : formatDuration(Math.round(value) * 1000));

/** `40s – 45s`; one time where both are the same. */
function when({ earliestSeconds, latestSeconds }: SpanSeconds): string {
  const [from, to] = [seconds(earliestSeconds), seconds(latestSeconds)];
  return from === to ? from : `${from} – ${to}`;
}

const MOST_NAMES = 6;

function names(pods: readonly string[]): string {
  const shown = pods.slice(0, MOST_NAMES).map((pod) => printable(pod));
  return pods.length > MOST_NAMES ? `${shown.join(', ')} and ${pods.length - MOST_NAMES} more` : shown.join(', ');
}

function stageText({ stage, pods }: FailoverReport['timeline'][number], report: FailoverReport): string {
  switch (stage) {
    case 'last-heartbeat':
      return `last heartbeat; the kubelet itself may have died up to ${seconds(report.heartbeatSeconds)} later`;
    case 'node-unknown':
      return `node Unknown; its ${report.pods === null ? '' : `${pods.length} `}pods are marked not ready and leave their Services`;
    case 'node-tainted':
      return 'taint node.kubernetes.io/unreachable:NoExecute';
    case 'pods-deleted':
      return `deleted (Terminating for as long as the kubelet is silent): ${names(pods)}`;
    default:
      return `a new pod is made for: ${names(pods)}`;
  }
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
  const next = {
    at: 'new pod at once',
    pending: 'new pod, pending',
    waits: 'no new pod until it is gone',
    never: 'gone for good',
  };
  return `deleted ${at}, ${next[replacement.kind]}`;
}

function podLines(pods: readonly FailoverPodReport[]): readonly string[] {
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
function writerLines(pods: readonly FailoverPodReport[]): readonly string[] {
  const order: readonly FailoverPodReport['writers']['risk'][] = ['two-writers', 'split', 'unknown', 'kept-apart'];
  return pods
    .filter(({ writers }) => writers.risk !== 'none')
    .toSorted((a, b) => order.indexOf(a.writers.risk) - order.indexOf(b.writers.risk))
    .map(({ namespace, name, writers }) => {
      const from = writers.from === null ? '' : ` from ${when(writers.from)}`;
      return `${RISK[writers.risk]}${from}  ${namespace}/${name}: ${writers.message}`;
    });
}

const UNITLESS = /-rate$|-threshold$/;

/** One entry per place that they come from: what is assumed must not hide in a list. */
function parameterLines({ parameters }: FailoverReport): readonly string[] {
  const text = (name: string, value: number) => (UNITLESS.test(name) ? String(value) : seconds(value));
  const places = new Map<string, string[]>();
  for (const { name, component, value, origin, from } of parameters) {
    const place = `${origin === 'assumed' ? 'ASSUMED' : origin}, ${component}: ${from}`;
    places.set(place, [...(places.get(place) ?? []), `${name} ${text(name, value)}`]);
  }
  return [...places].map(([place, values]) => `${values.join(', ')} (${place})`);
}

function windowText({ pods, untouchedUntilSeconds: until }: FailoverReport): string {
  if (pods === null) return 'Which pods it has could not be read: only the node’s part is known';
  if (until === null) return 'No pod is ever moved from it';
  return `Heard again within ${seconds(until)} of its last heartbeat, it loses no pod`;
}

function headline(report: FailoverReport): string {
  const { silentSeconds, heartbeatSeconds, timeline } = report;
  const window = windowText(report);
  if (silentSeconds === null || silentSeconds < heartbeatSeconds * 1.5) return window;
  const next = timeline.find(({ latestSeconds }) => latestSeconds > silentSeconds);
  const then =
    next === undefined
      ? 'everything below has happened'
      : `next: ${next.stage} in ${seconds(Math.max(0, next.earliestSeconds - silentSeconds))}`;
  return `SILENT for ${seconds(silentSeconds)} already, ${then}. ${window}`;
}

/** Pure: first the window and the timeline, then the pods, then where it all comes from. */
export function renderFailover(report: FailoverReport, page: Page): string {
  const paint = painter(page.color);
  const { node, time, controlPlaneVersion, timeline, pods, checks, advice, zone, unseen } = report;
  const section = (title: string, lines: readonly string[], tone: Tone = 'plain') =>
    lines.length === 0 ? '' : `\n${paint('strong', title)}\n${lines.map((line) => `  ${paint(tone, line)}\n`).join('')}`;
  const wrapped = (texts: readonly string[]) => texts.map((text) => wrap(printable(text, 4000), page.columns, '    '));

  const stages = align(
    timeline.map((stage) => [when(stage), stageText(stage, report)]),
    [0],
  );
  const faults = checks.filter(({ verdict }) => verdict !== 'pass');
  const sayings = faults.flatMap(({ verdict, message, advice: cures }) => [
    ...wrapped([`${verdict}: ${message}`]),
    ...cures.map((cure) => `    ${printable(cure, 4000)}`),
  ]);
  const typed = advice.flatMap(({ text, commands }) => [
    ...wrapped([text]),
    ...commands.map((line) => `    ${printable(line, 8000)}`),
  ]);
  const version =
    controlPlaneVersion === null ? 'control plane of unknown version' : `control plane ${printable(controlPlaneVersion)}`;
  const title = `${paint('strong', `If ${printable(node)} falls silent`)}  ${version}  ${time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}\n`;
  return [
    title,
    `\n${wrap(headline(report), page.columns, '')}.\n`,
    section('After its last heartbeat', [...stages, ...wrapped([`(${zone.message})`])]),
    section('Pods', pods === null ? [] : podLines(pods)),
    section('Single writers, while the old containers run on', wrapped(pods === null ? [] : writerLines(pods))),
    section('Mind', sayings),
    section('What to type', typed),
    section('Decided by', wrapped(parameterLines(report))),
    section(`Not seen by ${printable(report.askedAs)}`, wrapped(unseen)),
  ].join('');
}
