import { printable } from '../../lib/model/printable.ts';
import type { Page } from './doctor.ts';
import { podLines, seconds, when, writerLines } from './failover-pods.ts';
import type { FailoverReport } from './failover-report.ts';
import { align, utc, wrap } from './layout.ts';
import { painter, type Tone } from './paint.ts';

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
      if (pods.length === 1) return 'node Unknown; its pod is marked not ready and leaves its Services';
      return `node Unknown; its ${report.pods === null ? '' : `${pods.length} `}pods are marked not ready and leave their Services`;
    case 'node-tainted':
      return 'taint node.kubernetes.io/unreachable:NoExecute';
    case 'pods-deleted':
      return `deleted (Terminating for as long as the kubelet is silent): ${names(pods)}`;
    default:
      return `a new pod is made for: ${names(pods)}`;
  }
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

/** What the whole timeline hangs on must not be believed from a default. */
function assumption({ parameters, controlPlaneVersion }: FailoverReport): string {
  const isGuess = parameters.some(({ name, origin }) => name === 'node-monitor-grace-period' && origin === 'assumed');
  if (!isGuess) return '';
  return ` – if the controller manager, which cannot be seen from here, has the defaults of ${printable(controlPlaneVersion ?? 'its version')}; --assume tells it`;
}

function windowText(report: FailoverReport): string {
  const { pods, untouchedUntilSeconds: until } = report;
  if (pods === null) return 'Which pods it has could not be read: only the node’s part is known';
  if (until === null) return 'No pod is ever moved from it';
  return `Heard again within ${seconds(until)} of its last heartbeat, it loses no pod${assumption(report)}`;
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
  const title = `${paint('strong', `If ${printable(node)} falls silent`)}  ${version}  ${utc(time)}\n`;
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
