/** Columns as wide as their widest cell; of a long one its end, where paths differ. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[], widest = 60): void {
  const cut = rows.map((row) => row.map((cell) => (cell.length > widest ? `…${cell.slice(1 - widest)}` : cell)));
  const widths = heads.map((head, column) => Math.max(head.length, ...cut.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  console.log([line(heads), line(widths.map((width) => '-'.repeat(width))), ...cut.map(line)].join('\n'));
}
