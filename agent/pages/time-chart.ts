import type { Instant } from '../../lib/model/units.ts';
import { type Html, html, nothing } from './html.ts';
import { timeTicks } from './scale.ts';

export interface Point {
  readonly at: Instant;
  readonly value: number;
}

export interface Line {
  readonly name: string;
  /** Pieces without a gap, each in order of time. */
  readonly pieces: readonly (readonly Point[])[];
}

export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Something that happened: a line from top to bottom. */
export interface Mark {
  readonly at: Instant;
  readonly kind: 'found' | 'begun' | 'bad' | 'good';
  readonly what: string;
}

export interface TimeChart {
  readonly title: string;
  readonly series: readonly Line[];
  readonly span: Span;
  /** While it stood: shaded. */
  readonly stood: Span;
  readonly marks: readonly Mark[];
  /** The axis reaches at least as far. */
  readonly ceiling: number;
  readonly stepOf: (most: number) => number;
  readonly format: (value: number) => string;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [960, 150, 76, 8, 8, 22];
const MOST_POINTS = 460;

/** Of each stretch its least and its largest value, in their order: a peak of ten seconds is seen in a day. */
function thin(points: readonly Point[]): readonly Point[] {
  const stretch = Math.ceil(points.length / (MOST_POINTS / 2));
  if (stretch <= 2) return points;
  return Array.from({ length: Math.ceil(points.length / stretch) }, (_, index) => {
    const part = points.slice(index * stretch, (index + 1) * stretch).toSorted((a, b) => a.value - b.value);
    const ends = [part[0], part.at(-1)].filter((point) => point !== undefined);
    return ends.toSorted((a, b) => a.at - b.at);
  }).flat();
}

interface Scales {
  readonly x: (at: Instant) => string;
  readonly y: (value: number) => string;
}

function scalesOf({ from, to }: Span, most: number): Scales {
  const length = Math.max(1, to - from);
  return {
    x: (at) => (LEFT + ((at - from) / length) * (WIDTH - LEFT - RIGHT)).toFixed(1),
    y: (value) => (TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM)).toFixed(1),
  };
}

function axes({ span, stepOf, format }: TimeChart, most: number, { x, y }: Scales): Html {
  const step = stepOf(most);
  const rules = Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
  const clock = (at: Instant) => new Date(at).toISOString().slice(11, 16 + (span.to - span.from < 180_000 ? 3 : 0));
  return html`${rules.map(
    (value) =>
      html`<line class="rule" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 8}" y="${y(value)}" dy="4" text-anchor="end">${format(value)}</text>`,
  )}${timeTicks(span.from, span.to).map((at) => html`<text x="${x(at)}" y="${HEIGHT - 5}" text-anchor="middle">${clock(at)}</text>`)}`;
}

function lineOf({ pieces }: Line, index: number, { x, y }: Scales): Html {
  return html`${pieces.map((piece) => {
    const points = thin(piece).map(({ at, value }) => `${x(at)},${y(value)}`);
    // One record between two gaps is a dot, not a line without a length.
    if (points.length === 1)
      return html`<circle class="dot c${index}" cx="${x(piece[0]?.at ?? 0)}" cy="${y(piece[0]?.value ?? 0)}" r="2"/>`;
    return html`<polyline class="line c${index}" points="${points.join(' ')}"/>`;
  })}`;
}

const isWithin = (at: Instant, { from, to }: Span) => at >= from && at <= to;

function shade({ span, stood }: TimeChart, { x }: Scales): Html {
  const [from, to] = [Math.max(stood.from, span.from), Math.min(stood.to, span.to)];
  if (to <= from) return nothing;
  const width = (Number(x(to)) - Number(x(from))).toFixed(1);
  return html`<rect class="stood" x="${x(from)}" y="${TOP}" width="${width}" height="${HEIGHT - TOP - BOTTOM}"/>`;
}

/** An SVG over time with what happened; hovering over a mark says what it is, without a script. */
export function renderTimeChart(chart: TimeChart): Html {
  const { title, series, span, marks, ceiling, format } = chart;
  const values = series.flatMap(({ pieces }) => pieces.flat().map(({ value }) => value));
  if (values.length === 0) return nothing;
  const most = Math.max(ceiling, ...values) * 1.04;
  const scales = scalesOf(span, most);
  const drawnMarks = marks
    .filter(({ at }) => isWithin(at, span))
    .map(
      ({ at, kind, what }) =>
        html`<line class="mark ${kind}" x1="${scales.x(at)}" x2="${scales.x(at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"><title>${what}</title></line>`,
    );
  const legend = series.map(({ name, pieces }, index) => {
    const last = pieces.at(-1)?.at(-1);
    return html`<span><svg class="key" viewBox="0 0 10 10"><rect class="c${index}" width="10" height="10" rx="2"/></svg>${name}${last === undefined ? ' (not measured)' : ''}</span>`;
  });
  const peak = format(values.reduce((a, b) => Math.max(a, b)));
  const least = format(values.reduce((a, b) => Math.min(a, b)));
  return html`<figure><figcaption><b>${title}</b><span class="range">${least} to ${peak}</span></figcaption><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`${title}: ${least} to ${peak}`}">${shade(chart, scales)}${axes(chart, most, scales)}${drawnMarks}${series.map((line, index) => lineOf(line, index, scales))}</svg><p class="legend">${legend}</p></figure>`;
}
