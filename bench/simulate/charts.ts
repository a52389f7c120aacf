import { type Frame, floor, frameOf, horizontal, hourLabels, linesUpTo, round, short } from './axes.ts';

export interface Series {
  readonly name: string;
  /** Its colour in the style sheet, which knows a light and a dark one. */
  readonly colour: string;
  readonly values: readonly number[];
}

/** Something that was done to the fleet, from one hour to another. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly hours: number;
  /** From the bottom up; what is always zero is left out. */
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  readonly wide?: boolean;
  /** Nothing is between one and two of it. */
  readonly whole?: boolean;
  /** A line across: a limit. */
  readonly limit?: { readonly name: string; readonly value: number };
}

const HEIGHT = 220;
const TIPS = 72;
const CHARACTER = 6;

const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The moment of each stretch at which the most is going on, so that a peak of one minute is seen in a day, and is no higher than it was. */
function thin(series: readonly Series[], points: number): readonly Series[] {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  const stretch = Math.ceil(length / points);
  if (stretch <= 1) return series;
  const sum = (index: number) => series.reduce((all, { values }) => all + (values[index] ?? 0), 0);
  const moments = Array.from({ length: Math.ceil(length / stretch) }, (_, part) => {
    let most = part * stretch;
    for (let index = most + 1; index < Math.min(length, (part + 1) * stretch); index++) if (sum(index) > sum(most)) most = index;
    return most;
  });
  return series.map((one) => ({ ...one, values: moments.map((index) => one.values[index] ?? 0) }));
}

interface Layer extends Series {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

function stack(series: readonly Series[]): readonly Layer[] {
  let below: readonly number[] = [];
  return series.map((one) => {
    const low = one.values.map((_, index) => below[index] ?? 0);
    const high = one.values.map((value, index) => value + (low[index] ?? 0));
    below = high;
    return { ...one, low, high };
  });
}

/** Edges from the top down: where a layer is empty, its edge is hidden by that of the one below. */
function areas(frame: Frame, hours: number, layers: readonly Layer[]): string {
  const line = (values: readonly number[]) =>
    values.map((value, index) => `${round(frame.x((index / Math.max(1, values.length - 1)) * hours))},${round(frame.y(value))}`);
  const fills = layers.map(
    ({ colour, low, high }) => `<polygon points="${[...line(high), ...line(low).reverse()].join(' ')}" class="area ${colour}"/>`,
  );
  const edges = layers.map(({ colour, high }) => `<polyline points="${line(high).join(' ')}" class="edge ${colour}"/>`);
  return [...fills, ...edges.reverse()].join('');
}

/** Labels of neighbours stand on two lines where they would touch. */
function bands(frame: Frame, marks: readonly Mark[]): string {
  let [end, line] = [Number.NEGATIVE_INFINITY, 0];
  return marks
    .map(({ from, to, name }) => {
      const [x, width] = [frame.x(from), Math.max(1.5, frame.x(to) - frame.x(from))];
      const isLate = x + name.length * CHARACTER > frame.width - frame.right;
      const start = isLate ? x + width - name.length * CHARACTER : x;
      line = start < end ? line + 1 : 0;
      end = start + name.length * CHARACTER + 8;
      const text = `<text x="${round(isLate ? x + width - 3 : x + 3)}" y="${frame.top + 11 + 12 * line}" class="mark" text-anchor="${isLate ? 'end' : 'start'}">${plain(name)}</text>`;
      const height = frame.height - frame.top - frame.bottom;
      return `<rect x="${round(x)}" y="${frame.top}" width="${round(width)}" height="${height}" class="band"/>${name === '' ? '' : text}`;
    })
    .join('');
}

function limitLine(frame: Frame, limit: Chart['limit']): string {
  if (limit === undefined) return '';
  const y = round(frame.y(limit.value));
  const end = frame.width - frame.right;
  return `<line x1="${frame.left}" x2="${end}" y1="${y}" y2="${y}" class="limit"/><text x="${end - 3}" y="${y}" dy="-5" text-anchor="end" class="limit-name">${plain(limit.name)}</text>`;
}

/** What a pointer that rests on a stretch of time is told, without a script. */
function tips(frame: Frame, hours: number, series: readonly Series[]): string {
  const seen = thin(series, TIPS);
  const count = Math.max(...seen.map(({ values }) => values.length), 1);
  const width = (frame.width - frame.left - frame.right) / count;
  return Array.from({ length: count }, (_, index) => {
    const lines = seen.map(({ name, values }) => `${name}: ${short(values[index] ?? 0)}`);
    const at = `hour ${round((index / count) * hours)} to ${round(((index + 1) / count) * hours)}`;
    return `<rect x="${round(frame.left + index * width)}" y="${frame.top}" width="${round(width)}" height="${frame.height - frame.top - frame.bottom}" class="tip"><title>${plain([at, ...lines].join('\n'))}</title></rect>`;
  }).join('');
}

export function renderChart({ title, unit, hours, series, marks, wide = false, whole = false, limit }: Chart): string {
  const shown = series.filter(({ values }) => values.some((value) => value > 0));
  const layers = stack(thin(shown, wide ? 480 : 240));
  const highest = Math.max(limit?.value ?? 0, ...(layers.at(-1)?.high ?? [0]));
  const lines = linesUpTo(limit === undefined ? highest : Math.max(highest, limit.value * 1.02), whole);
  const frame = frameOf({ width: wide ? 1080 : 528, height: HEIGHT, hours, most: lines.at(-1) ?? 1 });
  const legend = shown.map(
    ({ name, colour, values }) => `<span><i class="${colour}"></i>${name} <b>${short(Math.max(...values))}</b></span>`,
  );
  const quiet = shown.length === 0 ? `<text x="${frame.width / 2}" y="${frame.height / 2}" text-anchor="middle">none</text>` : '';
  const inside = `${horizontal(frame, lines)}${areas(frame, hours, layers)}${floor(frame)}${bands(frame, marks)}${limitLine(frame, limit)}${hourLabels(frame, hours, wide ? 12 : 8)}${quiet}${tips(frame, hours, shown)}`;
  const head = `<figcaption><strong>${title}</strong> <em>${unit}</em><span class="legend">${legend.join('')}</span></figcaption>`;
  return `<figure class="${wide ? 'wide' : 'half'}">${head}<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${title}, ${unit}">${inside}</svg></figure>`;
}

/** As small as a word, for a table. */
export function sparkline(series: readonly Series[], hours: number): string {
  const shown = series.filter(({ values }) => values.some((value) => value > 0));
  const layers = stack(thin(shown, 96));
  const most = Math.max(1, ...(layers.at(-1)?.high ?? []));
  const frame: Frame = {
    ...frameOf({ width: 150, height: 26, hours, most }),
    x: (hour) => (hour / hours) * 150,
    y: (v) => 25 - (v / most) * 24,
  };
  return `<svg class="spark" viewBox="0 0 150 26" aria-hidden="true">${areas(frame, hours, layers)}</svg>`;
}
