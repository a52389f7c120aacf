import { displayWidth, padLeft, padRight, segmentsOf } from './width.ts';

/** Words wrapped to a width, the following lines indented; a word longer than the line stays whole, so that it can be copied. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  const room = width - displayWidth(indent);
  let line = '';
  for (const word of text.split(' ')) {
    for (const [at, segment] of segmentsOf(word).entries()) {
      const space = at === 0 ? ' ' : '';
      if (line !== '' && displayWidth(line) + space.length + displayWidth(segment) > room) {
        lines.push(line);
        line = segment;
        continue;
      }
      line = line === '' ? segment : `${line}${space}${segment}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Rows with their columns aligned; `right` names the columns that hold numbers. */
export function align(rows: readonly (readonly string[])[], right: readonly number[] = []): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? padLeft : padRight)(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const GAUGE_WIDTH = 20;

/** How much is left, with the limit marked: `[#####|.............]`; both as shares of the capacity. */
export function gauge(observed: number, limit: number | undefined): string {
  const cell = (share: number) => Math.max(0, Math.min(GAUGE_WIDTH, Math.round(share * GAUGE_WIDTH)));
  const cells = [...'#'.repeat(cell(observed)).padEnd(GAUGE_WIDTH, '.')];
  // Just above zero still shows, where the limit is no more than a hair.
  if (limit !== undefined && limit > 0) cells[Math.min(GAUGE_WIDTH - 1, cell(limit))] = '|';
  return `[${cells.join('')}]`;
}

/** A time of RFC 3339 for a person, to the second. */
export const utc = (time: string): string => time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
