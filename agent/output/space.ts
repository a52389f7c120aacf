import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { DeletedFile, SpaceUser, SpaceUsers } from '../../lib/model/space.ts';
import type { Page } from './doctor.ts';
import { painter } from './paint.ts';

const INDENT = ' '.repeat(14);

const share = (part: number, whole: number) => (whole > 0 ? `${Math.min(100, Math.round((100 * part) / whole))} %` : 'all');

function row(amount: string, path: string, of: string | undefined, { columns }: Page): string {
  const whose = of === undefined ? '' : `  (${printable(of, 120)})`;
  // The end of a path tells more than its middle.
  const room = Math.max(40, columns - INDENT.length - 12 - whose.length);
  // Twelve digits are what runtimes print of an id themselves.
  const shown = printable(path, 1000).replace(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
  const cut = shown.length > room ? `…${shown.slice(shown.length - room + 1)}` : shown;
  return `${INDENT}${amount.padStart(9)}  ${cut}${whose}\n`;
}

const deletedRow = ({ path, bytes, pid, process, of }: DeletedFile, page: Page): string =>
  row(formatBytes(bytes), path, `deleted, held open by ${process}, PID ${pid}${of === undefined ? '' : `, ${of}`}`, page);

function seenOf({ filesystem, seen, used, took, cut, denied }: SpaceUsers): string {
  const most = `${share(seen.bytes, used.bytes)} of the space and ${share(seen.inodes, used.inodes)} of the inodes in use on ${filesystem}`;
  const without = denied === 0 ? '' : `, without ${denied} directories that could not be read`;
  return `${most} were seen in ${formatDuration(took)}${without}${cut === undefined ? '' : `: ${cut}`}`;
}

/** The largest users of a filesystem, as lines below its problem. */
export function largestLines(largest: SpaceUsers | { readonly unknown: string }, page: Page): readonly string[] {
  const paint = painter(page.color);
  const head = (label: string, text: string) => `  ${paint('faint', label.padEnd(12))}${text}\n`;
  if ('unknown' in largest) return [head('largest', `could not be found: ${printable(largest.unknown)}`)];
  const rows = (users: readonly SpaceUser[], amount: (user: SpaceUser) => string) =>
    users.map((user) => row(amount(user), user.path, user.of, page));
  const deleted = largest.deleted.map((file) => deletedRow(file, page));
  return [
    head('largest', printable(seenOf(largest), 400)),
    ...rows(largest.byBytes, ({ bytes }) => formatBytes(bytes)),
    ...deleted,
    ...(largest.byInodes.length === 0 ? [] : [head('most files', 'inodes, of which each is counted once')]),
    ...rows(largest.byInodes, ({ inodes }) => String(inodes)),
  ];
}
