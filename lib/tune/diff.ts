const CONTEXT = 3;

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1)}\n\\ No newline at end of file`];
};

const range = (start: number, count: number) => `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;

/** A unified diff with one hunk: everything between the first and the last line that differ; `before` absent: a new file. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const old = linesOf(before ?? '');
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail])
    tail += 1;
  if (head === old.length && head === now.length) return '';
  const from = Math.max(0, head - CONTEXT);
  const rest = Math.min(tail, CONTEXT);
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  const counts = [head - from + removed.length + rest, head - from + added.length + rest] as const;
  const hunk = [
    ...old.slice(from, head).map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - tail + rest).map((line) => ` ${line}`),
  ];
  const title = `--- ${before === undefined ? '/dev/null' : path}\n+++ ${path}\n`;
  return `${title}@@ -${range(from, counts[0])} +${range(from, counts[1])} @@\n${hunk.join('\n')}\n`;
}
