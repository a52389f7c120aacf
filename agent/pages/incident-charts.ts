import type { FlightMeasure, FlightSample } from '../../lib/model/flight.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import { type Instant, MiB, minutes, seconds } from '../../lib/model/units.ts';
import type { Incident } from '../../lib/policy/history.ts';
import { type Html, html } from './html.ts';
import { markKeys, marksOf } from './incident-marks.ts';
import { binaryStepOf, stepOf } from './scale.ts';
import { type Line, type Point, renderTimeChart, type Span, type TimeChart } from './time-chart.ts';

/** A record comes every 10 s. */
const GAP = seconds(35);

type Kind = Pick<TimeChart, 'title' | 'ceiling' | 'stepOf' | 'format'> & {
  readonly of: readonly (readonly [name: string, measure: FlightMeasure])[];
};

function formatCount(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(2))}M`;
  return value >= 10_000 ? `${Math.round(value / 1000)}k` : `${Number(value.toFixed(1))}`;
}

const percent = { ceiling: 10, stepOf, format: (value: number) => `${Number(value.toFixed(1))} %` };
const bytes = { ceiling: 256 * MiB, stepOf: binaryStepOf, format: formatBytes };
const count = {
  ceiling: 5,
  stepOf,
  format: formatCount,
};
const time = { stepOf, format: formatDuration };

const KINDS: readonly Kind[] = [
  { title: 'Time since the kubelet’s last relist', ...time, ceiling: seconds(10), of: [['relist age', 'relistAge']] },
  {
    title: 'Pressure: time that tasks waited (PSI)',
    ...percent,
    of: [
      ['CPU, some', 'cpuSome'],
      ['memory, some', 'memorySome'],
      ['memory, all', 'memoryFull'],
      ['IO, some', 'ioSome'],
      ['IO, all', 'ioFull'],
    ],
  },
  {
    title: 'Tasks in uninterruptible sleep (D), and load',
    ...count,
    of: [
      ['D state', 'blockedTasks'],
      ['load', 'load1'],
    ],
  },
  { title: 'Memory available', ...bytes, of: [['available', 'memoryAvailable']] },
  {
    title: 'Space available',
    ...bytes,
    of: [
      ['nodefs', 'nodefsBytes'],
      ['imagefs', 'imagefsBytes'],
    ],
  },
  {
    title: 'Inodes available',
    ...count,
    of: [
      ['nodefs', 'nodefsInodes'],
      ['imagefs', 'imagefsInodes'],
    ],
  },
  { title: 'Answers of the API server', ...time, ceiling: 100, of: [['latency', 'apiLatency']] },
];

/** Parted where nothing was recorded, where the host booted, and where its clock was set back. */
function piecesOf(samples: readonly FlightSample[], measure: FlightMeasure): Line['pieces'] {
  const pieces: Point[][] = [];
  let before: FlightSample | undefined;
  for (const sample of samples) {
    const value = sample[measure];
    if (value === undefined) continue;
    const goesOn = before !== undefined && before.boot === sample.boot && sample.at > before.at && sample.at - before.at <= GAP;
    if (!goesOn) pieces.push([]);
    pieces.at(-1)?.push({ at: sample.at, value: Math.max(0, value) });
    before = sample;
  }
  return pieces;
}

/** As much again before and after as it lasted: 4 minutes at least, so that a repair of seconds is more than a line. */
function around({ entries }: Incident, samples: readonly FlightSample[]): readonly FlightSample[] {
  const [first = 0, last = 0] = [entries[0]?.at, entries.at(-1)?.at];
  const margin = Math.min(minutes(15), Math.max(minutes(4), last - first));
  return samples.filter(({ at }) => at >= first - margin && at <= last + margin);
}

/** What was recorded of it: the recorder keeps two hours, an incident may last for days. */
function spanOf(samples: readonly FlightSample[]): Span {
  const times = samples.map(({ at }) => at);
  const from = times.reduce((a, b) => Math.min(a, b));
  return {
    from,
    to: Math.max(
      times.reduce((a, b) => Math.max(a, b)),
      from + minutes(1),
    ),
  };
}

const day = (at: Instant) => new Date(at).toISOString().slice(0, 10);

/** The flight recorder around one incident. `all`: its records, the oldest first. */
export function renderIncidentCharts(incident: Incident, all: readonly FlightSample[]): Html {
  const samples = around(incident, all);
  if (samples.length === 0)
    return html`<p class="quiet">The flight recorder has nothing of that time: it keeps two hours, and the last boot.</p>`;
  const span = spanOf(samples);
  const marks = marksOf(incident);
  const stood = { from: incident.openedAt, to: incident.closedAt ?? span.to };
  const drawn = KINDS.map(({ of, ...kind }) => {
    const series = of.map(([name, measure]) => ({ name, pieces: piecesOf(samples, measure) }));
    return { title: kind.title, chart: renderTimeChart({ ...kind, span, stood, marks, series }) };
  });
  const missing = drawn.filter(({ chart }) => chart.markup === '').map(({ title }) => title);
  const absent = missing.length === 0 ? '' : html`<p class="quiet">Nobody could tell: ${missing.join('; ')}.</p>`;
  return html`<p class="legend">${markKeys(marks)}<span class="quiet">${samples.length} records, ${day(span.from)}, UTC</span></p>${drawn.map(({ chart }) => chart)}${absent}`;
}
