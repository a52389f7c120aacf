/** SVG, as text: a stacked area and lines over the hours, with axes that a person can read. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly hours: number;
  readonly series: readonly Series[];
  readonly stacked?: boolean;
  /** A line across: a limit. */
  readonly limit?: { readonly name: string; readonly value: number };
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [760, 200, 64, 24, 10];
const MOST_POINTS = 480;

const short = (value: number): string => {
  if (value >= 10_000) return `${Math.round(value / 1000)}k`;
  return value >= 10 || Number.isInteger(value) ? `${Math.round(value)}` : value.toFixed(1);
};

/** 1, 2 or 5 times a power of ten, so that some four lines fit. */
function stepOf(most: number): number {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
}

/** The highest of each stretch, so that a peak of one minute is seen in a day. */
function thin(values: readonly number[]): readonly number[] {
  const stretch = Math.ceil(values.length / MOST_POINTS);
  if (stretch <= 1) return values;
  return Array.from({ length: Math.ceil(values.length / stretch) }, (_, index) =>
    Math.max(...values.slice(index * stretch, (index + 1) * stretch)),
  );
}

function stack(
  series: readonly Series[],
): readonly { readonly series: Series; readonly low: number[]; readonly high: number[] }[] {
  let below: number[] = [];
  return series.map((one) => {
    const low = one.values.map((_, index) => below[index] ?? 0);
    const high = one.values.map((value, index) => value + (below[index] ?? 0));
    below = high;
    return { series: one, low, high };
  });
}

export function renderChart({ title, hours, series, stacked = false, limit }: Chart): string {
  const thinned = series.map((one) => ({ ...one, values: thin(one.values) }));
  const layers = stacked ? stack(thinned) : thinned.map((one) => ({ series: one, low: [], high: [...one.values] }));
  const most = Math.max(1, limit?.value ?? 0, ...layers.flatMap(({ high }) => high));
  const count = Math.max(2, ...thinned.map(({ values }) => values.length));
  const x = (index: number) => (LEFT + (index / (count - 1)) * (WIDTH - LEFT - 8)).toFixed(1);
  const y = (value: number) => (TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const path = (values: readonly number[]) => values.map((value, index) => `${x(index)},${y(value)}`);
  const drawn = layers.map(({ series: { colour }, low, high }) => {
    const points = path(high).join(' ');
    if (!stacked) return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    const back = low.map((value, index) => `${x(index)},${y(value)}`).reverse();
    return `<polygon points="${points} ${back.join(' ')}" fill="${colour}"/>`;
  });
  const step = stepOf(most);
  const rules = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step).map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(value)}" y2="${y(value)}" class="rule"/><text x="${LEFT - 6}" y="${y(value)}" dy="4" text-anchor="end">${short(value)}</text>`,
  );
  const hour = Math.max(1, Math.round(hours / 8));
  const ticks = Array.from({ length: Math.floor(hours / hour) + 1 }, (_, index) => index * hour).map(
    (at) => `<text x="${x((at / hours) * (count - 1))}" y="${HEIGHT - 6}" text-anchor="middle">${at} h</text>`,
  );
  const bound =
    limit === undefined
      ? ''
      : `<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(limit.value)}" y2="${y(limit.value)}" class="limit"/><text x="${WIDTH - 10}" y="${y(limit.value)}" dy="-4" text-anchor="end" class="limit-name">${limit.name}</text>`;
  const legend = series.map(({ name, colour }) => `<span><i style="background:${colour}"></i>${name}</span>`).join('');
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${rules.join('')}${drawn.join('')}${bound}${ticks.join('')}</svg><p class="legend">${legend}</p></figure>`;
}
