import { printable } from '../../lib/model/printable.ts';
import { formatBytes, formatDuration } from '../../lib/model/quantity.ts';
import type { DeletedFile, SpaceUser, SpaceUsers } from '../../lib/model/space.ts';
import type { Page } from './doctor.ts';
import { painter } from './paint.ts';
import { padRight } from './width.ts';

/** What is said about the users of a filesystem. */
export interface SpaceWords {
  readonly largest: string;
  readonly mostFiles: string;
  readonly countedOnce: string;
  readonly all: string;
  notFound(why: string): string;
  deleted(file: Pick<DeletedFile, 'process' | 'pid' | 'of'>): string;
  seen(what: { readonly bytes: string; readonly inodes: string; readonly filesystem: string; readonly took: string }): string;
  denied(directories: number): string;
}

export const spaceWords: SpaceWords = {
  largest: 'largest',
  mostFiles: 'most files',
  countedOnce: 'inodes, of which each is counted once',
  all: 'all',
  notFound: (why) => `could not be found: ${why}`,
  deleted: ({ process, pid, of }) => `deleted, held open by ${process}, PID ${pid}${of === undefined ? '' : `, ${of}`}`,
  seen: ({ bytes, inodes, filesystem, took }) =>
    `${bytes} of the space and ${inodes} of the inodes in use on ${filesystem} were seen in ${took}`,
  denied: (directories) => `, without ${directories} directories that could not be read`,
};

const INDENT = ' '.repeat(14);

function row(amount: string, path: string, of: string | undefined, { columns }: Page): string {
  const whose = of === undefined ? '' : `  (${printable(of, 120)})`;
  // The end of a path tells more than its middle.
  const room = Math.max(40, columns - INDENT.length - 12 - whose.length);
  // Twelve digits are what runtimes print of an id themselves.
  const shown = printable(path, 1000).replace(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
  const cut = shown.length > room ? `…${shown.slice(shown.length - room + 1)}` : shown;
  return `${INDENT}${amount.padStart(9)}  ${cut}${whose}\n`;
}

function seenOf({ filesystem, seen, used, took, cut, denied }: SpaceUsers, words: SpaceWords): string {
  const share = (part: number, whole: number) => (whole > 0 ? `${Math.min(100, Math.round((100 * part) / whole))} %` : words.all);
  const bytes = share(seen.bytes, used.bytes);
  const inodes = share(seen.inodes, used.inodes);
  const without = denied === 0 ? '' : words.denied(denied);
  const end = cut === undefined ? '' : `: ${cut}`;
  return `${words.seen({ bytes, inodes, filesystem, took: formatDuration(took) })}${without}${end}`;
}

/** The largest users of a filesystem, as lines below its problem. */
export function largestLines(largest: SpaceUsers | { readonly unknown: string }, page: Page): readonly string[] {
  const paint = painter(page.color);
  const words = page.words?.space ?? spaceWords;
  const head = (label: string, text: string) => `  ${paint('faint', padRight(label, 12))}${text}\n`;
  if ('unknown' in largest) return [head(words.largest, words.notFound(printable(largest.unknown)))];
  const rows = (users: readonly SpaceUser[], amount: (user: SpaceUser) => string) =>
    users.map((user) => row(amount(user), user.path, user.of, page));
  const deleted = largest.deleted.map((file) => row(formatBytes(file.bytes), file.path, words.deleted(file), page));
  return [
    head(words.largest, printable(seenOf(largest, words), 400)),
    ...rows(largest.byBytes, ({ bytes }) => formatBytes(bytes)),
    ...deleted,
    ...(largest.byInodes.length === 0 ? [] : [head(words.mostFiles, words.countedOnce)]),
    ...rows(largest.byInodes, ({ inodes }) => String(inodes)),
  ];
}
