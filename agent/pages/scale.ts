/** 1, 2, 2.5 or 5 times a power of ten, so that some four of them fit. */
export function stepOf(most: number): number {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
}

/** The same in units of 1024. */
export function binaryStepOf(most: number): number {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(most) / 10));
  return stepOf(most / unit) * unit;
}

const MINUTE = 60_000;
const STEPS = [10_000, 30_000, ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((count) => count * MINUTE)];

/** Round times between two, ten at most. */
export function timeTicks(from: number, to: number): readonly number[] {
  const step = STEPS.find((one) => (to - from) / one <= 9) ?? Math.ceil((to - from) / 9 / (1440 * MINUTE)) * 1440 * MINUTE;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}
