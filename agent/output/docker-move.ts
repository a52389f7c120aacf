import { isOver, type MoveJournal } from '../../lib/docker/move-journal.ts';
import type { MoveFacts, MoveRefusal } from '../../lib/docker/preflight.ts';
import { printable } from '../../lib/model/printable.ts';
import { formatBytes } from '../../lib/model/quantity.ts';
import { unifiedDiff } from '../../lib/tune/diff.ts';
import { STAGE_TEXT } from '../docker-move/machine.ts';
import type { Page } from './doctor.ts';
import { wrap } from './layout.ts';
import { painter } from './paint.ts';

/** `nodemend docker migrate-data --json`. */
export interface DataMoveReport {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'DockerDataMove';
  readonly time: string;
  /** `planned`: nothing was done. `under-way`: a run was killed, or failed both ways. */
  readonly state: 'none' | 'planned' | 'refused' | 'under-way' | 'moved' | 'rolled-back' | 'removed';
  readonly from: string | null;
  readonly to: string | null;
  /** What was done last, or would be next. */
  readonly stage: string | null;
  readonly cause: string | null;
  readonly bytes: number | null;
  readonly inodes: number | null;
  readonly refusals: readonly MoveRefusal[];
}

const EMPTY = { from: null, to: null, stage: null, cause: null, bytes: null, inodes: null, refusals: [] };

export function reportOfJournal(journal: MoveJournal | undefined, time: string): DataMoveReport {
  const head = { apiVersion: 'nodemend.io/v1', kind: 'DockerDataMove', time } as const;
  if (journal === undefined) return { ...head, state: 'none', ...EMPTY };
  const { from, to, stage, size, cause = null, outcome = 'under-way' } = journal;
  return { ...head, state: outcome, from, to, stage, cause, bytes: size.bytes, inodes: size.inodes, refusals: [] };
}

export function reportOfPlan({ from, to, size }: MoveFacts, refusals: readonly MoveRefusal[], time: string): DataMoveReport {
  const state = refusals.length === 0 ? 'planned' : 'refused';
  const { bytes, inodes } = size;
  return { ...reportOfJournal(undefined, time), state, from, to, bytes, inodes, refusals };
}

const rows = (pairs: readonly (readonly [string, string])[], { columns, color }: Page): string => {
  const paint = painter(color);
  const width = Math.max(10, ...pairs.map(([label]) => label.length)) + 2;
  return pairs
    .map(([label, text]) => `  ${paint('faint', label.padEnd(width))}${wrap(printable(text), columns, ' '.repeat(width + 2))}\n`)
    .join('');
};

function nodeInWords(node: MoveFacts['node']): string {
  if (node.kind === 'not-joined') return 'not joined to a cluster';
  if (node.kind === 'unknown') return `not known: ${node.why}`;
  const pods = `${node.pods.length} pod${node.pods.length === 1 ? '' : 's'} to be drained`;
  return `${node.cordoned ? 'cordoned' : 'not cordoned'}, ${node.pods.length === 0 ? 'drained' : pods}`;
}

export interface ShownPlan {
  readonly facts: MoveFacts;
  readonly config: { readonly path: string; readonly before: string; readonly after: string };
  readonly units: readonly string[];
  readonly refusals: readonly MoveRefusal[];
}

/** Pure: what would be done, or why it is not. */
export function renderMovePlan({ facts, config, units, refusals }: ShownPlan, page: Page): string {
  const paint = painter(page.color);
  const { from, to, size, target, docker, node } = facts;
  const head = rows(
    [
      ['from', `${from}: ${formatBytes(size.bytes)} in ${size.inodes} inodes (docker ${docker.version}, ${docker.driver})`],
      ['to', `${to}: ${formatBytes(target.bytesAvailable)} free on ${target.mountPoint} (${target.type})`],
      ...(target.ours ? ([['continues', `${formatBytes(target.copied)} of an earlier copy are there already`]] as const) : []),
      ['node', nodeInWords(node)],
      ['stops', `${units.join(', ')} and every container, until it is over`],
      ['afterwards', `the old data stays in ${from} until nodemend docker migrate-data --remove-old`],
    ],
    page,
  );
  const why = refusals.map(({ reason, message }) => [reason, message] as const);
  const label = (text: string) => `\n${paint('strong', text)}\n`;
  const rest =
    refusals.length === 0
      ? `${label('Writes')}${unifiedDiff(config.path, config.before, config.after)}`
      : `${label('Refused')}${rows(why, page)}`;
  return `${paint('strong', "Move docker's data")}\n${head}${rest}`;
}

const NEXT: Readonly<Record<NonNullable<MoveJournal['outcome']> | 'under-way', string>> = {
  'under-way': 'nodemend docker migrate-data --resume goes on, --abort goes back to the old root',
  moved: 'when you are content: nodemend docker migrate-data --remove-old',
  'rolled-back': 'docker runs on the old root as before; the copy stays where it is, and the same command goes on with it',
  removed: 'nothing is left to do',
};

/** Where a move stands, in two lines. */
export function renderStanding(journal: MoveJournal, page: Page): string {
  const paint = painter(page.color);
  const { outcome = 'under-way', from, to, cause, stage } = journal;
  const because = cause === undefined ? '' : `: ${printable(cause)}`;
  const where = isOver(journal) ? '' : `, last: ${STAGE_TEXT[stage]}`;
  const tone = outcome === 'moved' || outcome === 'removed' ? 'good' : 'warning';
  return `${paint(tone, outcome)}  ${printable(from)} -> ${printable(to)}${where}${because}\n  ${NEXT[outcome]}\n`;
}
