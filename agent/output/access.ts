import type { AccessReport } from '../../lib/kube/access.ts';
import { printable } from '../../lib/model/printable.ts';
import type { Page } from './doctor.ts';
import { wrap } from './layout.ts';
import { painter, type Tone } from './paint.ts';

const ORIGIN: Readonly<Record<string, string>> = {
  option: 'named by --kubeconfig or the configuration',
  own: "the agent's own",
  kubelet: "the kubelet's",
  'well-known': 'found where distributions keep it',
};
const LABEL = 12;

/** Which identity speaks for this node, and what it may do. */
export function renderAccess(report: AccessReport, { columns, color }: Page): string {
  const paint = painter(color);
  const field = (label: string, words: readonly string[], tone: Tone = 'plain') =>
    words.length === 0
      ? ''
      : `  ${paint('faint', label.padEnd(LABEL))}${paint(tone, wrap(words.join(', '), columns, ' '.repeat(LABEL + 2)))}\n`;
  const may = (allowed: boolean | null) => report.access.filter((one) => one.allowed === allowed).map(({ what }) => what);
  const { user, credential, file, origin, node, expiresAt } = report;
  const who = `${printable(user ?? `a ${credential}`, 200)} for Node ${printable(node)}`;
  const until = expiresAt === null ? [] : [`valid until ${expiresAt}`];
  return [
    `${paint('strong', 'Cluster identity')}\n`,
    field('is', [who, `${printable(file, 200)} (${ORIGIN[origin] ?? origin})`, ...until]),
    field('may', may(true)),
    field('may not', may(false), 'warning'),
    field('not known', may(null), 'faint'),
    '\n',
  ].join('');
}
