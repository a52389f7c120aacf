import type { FlightMeasure, FlightSample } from '../../lib/model/flight.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { Incident } from '../../lib/policy/history.ts';
import type { LastWords } from '../../lib/recorder/last-words.ts';
import type { Page } from './doctor.ts';
import { when } from './incident-words.ts';
import { renderIncidents } from './incidents.ts';
import { align, wrap } from './layout.ts';
import { painter } from './paint.ts';
import { sparkline } from './sparkline.ts';

export interface LastBootPage {
  /** Records of the last boot, the oldest first. */
  readonly samples: readonly FlightSample[];
  readonly words: LastWords;
  /** Incidents of that boot. */
  readonly incidents: readonly Incident[];
  /** When the present boot began, as the wall clock has it. */
  readonly bootedAt: number;
}

interface Row {
  readonly name: FlightMeasure;
  readonly title: string;
  readonly format: (value: number) => string;
  readonly ceiling?: number;
  readonly low?: boolean;
}

const percent = (value: number) => `${Math.round(value)} %`;
const count = (value: number) => String(Number(value.toFixed(1)));

const ROWS: readonly Row[] = [
  { name: 'cpuSome', title: 'waiting for CPU', format: percent, ceiling: 100 },
  { name: 'memoryFull', title: 'waiting for memory', format: percent, ceiling: 100 },
  { name: 'ioFull', title: 'waiting for IO', format: percent, ceiling: 100 },
  { name: 'memoryAvailable', title: 'memory available', format: formatBytes, low: true },
  { name: 'nodefsBytes', title: 'nodefs available', format: formatBytes, low: true },
  { name: 'imagefsBytes', title: 'imagefs available', format: formatBytes, low: true },
  { name: 'blockedTasks', title: 'tasks in D state', format: count, ceiling: 10 },
  { name: 'load1', title: 'load', format: count },
  { name: 'relistAge', title: 'age of the last relist', format: formatDuration, ceiling: 45_000 },
  { name: 'apiLatency', title: 'API server answers', format: formatDuration, ceiling: 1000 },
  { name: 'agentMemory', title: "agent's own memory", format: formatBytes },
];

const INDENT = '  ';
/** The chart covers what fits on a line; the last half hour of 10 s, shrunk to it. */
const SHOWN = 180;

function chart(samples: readonly FlightSample[], page: Page): string {
  const late = samples.slice(-SHOWN);
  const rows = ROWS.flatMap(({ name, title, format, ceiling, low = false }) => {
    const values = late.map((sample) => sample[name]);
    const known = values.filter((value) => value !== undefined);
    const last = known.at(-1);
    if (last === undefined) return [];
    const width = Math.max(20, page.columns - 60);
    const line = sparkline(values, { width, floor: 0, low, ...(ceiling === undefined ? {} : { ceiling }) });
    return [[title, line, `${format(Math.min(...known))} … ${format(Math.max(...known))}`, `last ${format(last)}`]];
  });
  return align(rows)
    .map((line) => `${INDENT}${line}\n`)
    .join('');
}

const UNSEEN =
  'nothing unusual was measured: a power cut, a kernel panic, a watchdog, or a reset by the hypervisor or a person look like this';
const NEXT = ['journalctl -b -1 -n 100 --no-pager', 'last -x reboot shutdown | head', 'ls /sys/fs/pstore /var/crash'];

function verdict({ words, samples, bootedAt }: LastBootPage): string {
  const last = samples.at(-1);
  if (last === undefined) return '';
  const away = bootedAt - last.at;
  const gap = away > 0 ? `, ${formatDuration(away)} before this boot began` : '';
  const end = words.inOrder
    ? 'The agent was stopped in order, so the host was most likely shut down or rebooted on purpose'
    : 'The boot ended unawares: nobody stopped the agent';
  return `${end}. Last record ${when(last.at)} UTC, after ${formatDuration(last.up)} of uptime${gap}.`;
}

/** Pure: why did this node die? */
export function renderLastBoot(lastBoot: LastBootPage, page: Page): string {
  const paint = painter(page.color);
  const { samples, words, incidents } = lastBoot;
  if (samples.length === 0 && incidents.length === 0) {
    return 'Nothing is known of an earlier boot: the recorder has no record that is not of the present one.\n';
  }
  const shown = samples.slice(-SHOWN);
  const span = formatDuration((shown.at(-1)?.up ?? 0) - (shown[0]?.up ?? 0));
  const signs = words.signs.length > 0 || words.inOrder ? words.signs : [UNSEEN];
  const list = signs.map((sign) => `${INDENT}• ${wrap(sign, page.columns, `${INDENT}  `)}\n`).join('');
  const past = incidents.length === 0 ? `${INDENT}none\n` : renderIncidents({ incidents, notes: [] }, page).split('\n\n')[0];
  const commands = words.inOrder
    ? ''
    : `\n${paint('strong', 'Where to look next')}\n${NEXT.map((next) => `${INDENT}$ ${next}\n`).join('')}`;
  return [
    samples.length === 0 ? '' : `${wrap(verdict(lastBoot), page.columns, '')}\n`,
    list === '' ? '' : `\n${paint('strong', 'What stood out in its last five minutes')}\n${list}`,
    samples.length === 0 ? '' : `\n${paint('strong', `The last ${span}`)}\n${chart(samples, page)}`,
    `\n${paint('strong', 'Incidents of that boot')}\n${past?.trimEnd() ?? ''}\n`,
    commands,
  ].join('');
}
