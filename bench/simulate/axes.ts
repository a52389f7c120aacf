/** Where the lines and labels of a chart stand. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(hour: number): number;
  y(value: number): number;
}

const MARGIN = { left: 46, right: 12, top: 18, bottom: 24 } as const;
const LINES = 4;

export const round = (value: number): string => String(Math.round(value * 10) / 10);

export function short(value: number): string {
  if (value >= 1_000_000) return `${round(value / 1_000_000)}M`;
  if (value >= 1000) return `${round(value / 1000)}k`;
  return String(Math.round(value * 100) / 100);
}

/** 1, 2, 2.5 or 5 times a power of ten, so that some four lines fit. */
function stepOf(most: number, whole: boolean): number {
  const raw = most / LINES;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  return whole ? Math.max(1, Math.ceil(step)) : step;
}

export function frameOf({ width, height, hours, most }: { width: number; height: number; hours: number; most: number }): Frame {
  const { left, right, top, bottom } = MARGIN;
  return {
    ...{ width, height, left, right, top, bottom },
    x: (hour) => left + (hour / hours) * (width - left - right),
    y: (value) => top + (1 - value / most) * (height - top - bottom),
  };
}

/** From zero up to the first line that is not below anything. */
export function linesUpTo(most: number, whole: boolean): readonly number[] {
  const step = stepOf(Math.max(most, whole ? 1 : 0.1), whole);
  const count = Math.max(1, Math.ceil((most / step) * 0.999));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

export function horizontal(frame: Frame, values: readonly number[]): string {
  return values
    .map((value) => {
      const y = round(frame.y(value));
      const line = `<line x1="${frame.left}" x2="${frame.width - frame.right}" y1="${y}" y2="${y}" class="rule"/>`;
      return `${line}<text x="${frame.left - 7}" y="${y}" dy="3.5" text-anchor="end">${short(value)}</text>`;
    })
    .join('');
}

/** Over what is drawn: nothing at all has no colour. */
export const floor = (frame: Frame) =>
  `<line x1="${frame.left}" x2="${frame.width - frame.right}" y1="${frame.y(0)}" y2="${frame.y(0)}" class="axis"/>`;

const HOUR_STEPS = [1, 2, 3, 4, 6, 12, 24, 48];

export function hourLabels(frame: Frame, hours: number, most: number): string {
  const step = HOUR_STEPS.find((one) => hours / one <= most) ?? 48;
  const labels = Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => index * step).map((hour) => {
    const anchor = hour === hours ? 'end' : 'middle';
    const x = round(frame.x(hour) + (hour === hours ? frame.right - 1 : 0));
    return `<text x="${x}" y="${frame.height - 6}" text-anchor="${anchor}">${hour} h</text>`;
  });
  return labels.join('');
}
