import { printable } from '../../lib/model/printable.ts';
import { formatBytes } from '../../lib/model/quantity.ts';
import type { ReclaimPreview } from '../../lib/model/reclaim.ts';
import type { FilesystemPreview } from '../disk/preview-node.ts';
import type { Page } from './doctor.ts';
import { align } from './layout.ts';
import { painter } from './paint.ts';

const amount = (value: number | null, format: (value: number) => string) => (value === null ? 'not known' : format(value));

function rowOf({ step, enabled, items, bytes, inodes, examples, why }: ReclaimPreview): readonly string[] {
  const more = items > examples.length ? ', …' : '';
  const what = why ?? `${examples.join(', ')}${more}`;
  return [step, enabled ? 'on' : 'off', String(items), amount(bytes, formatBytes), amount(inodes, String), printable(what, 90)];
}

/** What is short, in words. */
function wantedOf({ available, wanted }: FilesystemPreview): string {
  const short = [
    ...(wanted.bytes > available.bytes
      ? [`${formatBytes(wanted.bytes - available.bytes)} short of ${formatBytes(wanted.bytes)}`]
      : []),
    ...(wanted.inodes > available.inodes ? [`${wanted.inodes - available.inodes} inodes short of ${wanted.inodes}`] : []),
  ];
  const now = `${formatBytes(available.bytes)} and ${available.inodes} inodes available`;
  return short.length === 0 ? `${now}; nothing is short, so nothing would be removed` : `${now}: ${short.join(', ')}`;
}

const HEAD = ['step', '', 'items', 'space', 'inodes', 'which'];

/** What each step would free, for a person who wants to know before. */
export function renderReclaim(previews: readonly FilesystemPreview[], { color }: Page): string {
  const paint = painter(color);
  if (previews.length === 0) return 'No filesystem that the kubelet watches could be measured.\n';
  return previews
    .map((preview) => {
      const lines = align([HEAD, ...preview.steps.map(rowOf)], [2, 3, 4]).map((line) => `  ${line}\n`);
      return `${paint('strong', printable(preview.filesystem))}  ${wantedOf(preview)}\n${lines.join('')}`;
    })
    .join('\n');
}
