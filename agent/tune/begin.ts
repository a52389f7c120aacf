import { dirname } from 'node:path';
import { type FileCalls, isSameFile } from '../../lib/host/exact-file.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import type { FileState } from '../../lib/model/file-state.ts';
import type { Instant } from '../../lib/model/units.ts';
import { expectationFor, expectationOf, expectationWith } from '../../lib/tune/expect.ts';
import type { Change, TuneNode } from '../../lib/tune/node.ts';
import type { Target } from '../../lib/tune/target.ts';
import type { Kept, Transaction } from '../../lib/tune/transaction.ts';
import { cannot, type TuneSubject } from '../tune-node.ts';
import type { TuneHands } from './hands.ts';

/** Root's, as everything in these directories. */
const NEW_FILE = { mode: 0o644, uid: 0, gid: 0 } as const;

const textOf = (state: FileState): string | undefined =>
  state.kind === 'absent' ? undefined : Buffer.from(state.content, 'base64').toString();

async function read(files: FileCalls, path: string): Promise<FileState> {
  try {
    return await files.read(path);
  } catch (error) {
    throw cannot(messageOf(error));
  }
}

/** Directories that are not there, the innermost first. */
async function missingDirectories(files: FileCalls, path: string): Promise<readonly string[]> {
  const directory = dirname(path);
  if (directory === '/' || (await files.modifiedAt(directory)) !== undefined) return [];
  return [directory, ...(await missingDirectories(files, directory))];
}

export interface Beginning {
  readonly by: string;
  readonly at: Instant;
  readonly kept: Kept | null;
}

const idOf = (at: Instant) => new Date(at).toISOString().replaceAll(/[-:]|\.\d+Z/g, '');

/** Where no root is to be had (tests), a new file is of whoever writes it. */
function owner(): { readonly uid: number; readonly gid: number } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? { uid: 0, gid: 0 } : { uid, gid: process.getgid?.() ?? 0 };
}

function written(before: FileState, text: string, at: Instant): FileState {
  const like = before.kind === 'file' ? { mode: before.mode, uid: before.uid, gid: before.gid } : { ...NEW_FILE, ...owner() };
  return { kind: 'file', content: Buffer.from(text).toString('base64'), ...like, modifiedAt: at };
}

/** A planned change as a transaction; the file must still be as the plan read it. */
export async function toTransaction(
  { node, settings }: TuneSubject,
  { change, target }: { readonly change: Change; readonly target: Target },
  hands: Pick<TuneHands, 'files' | 'process'>,
  { by, at, kept }: Beginning,
): Promise<Transaction> {
  const { path, mechanism } = change;
  const [before, directories, process] = await Promise.all([
    read(hands.files, path),
    missingDirectories(hands.files, path),
    hands.process(),
  ]);
  if (textOf(before) !== change.before) throw cannot(`${path} was changed while this was planned; run it again`);
  if (process === undefined) throw cannot('no kubelet runs whose thresholds could be changed; nodemend doctor tells why');
  return {
    id: idOf(at),
    what: 'apply',
    by,
    at,
    unit: node.unit,
    mechanism,
    files: [{ path, before, after: written(before, change.after, at) }],
    directories,
    before: expectationOf(node.argv, settings),
    after: expectationFor(change.argv, target, settings),
    process,
    kept,
  };
}

/** What --revert would do: `clean`: everything is as it was already. `edited`: files that somebody changed since. */
export type Reversal =
  | { readonly kind: 'revert'; readonly transaction: Transaction }
  | { readonly kind: 'clean' }
  | { readonly kind: 'edited'; readonly paths: readonly string[] };

/** `node`: absent where it cannot be read as it is; then nothing is foretold, and only that it runs is proved. */
export async function toReversal(
  node: TuneNode | undefined,
  hands: Pick<TuneHands, 'files' | 'process'>,
  { by, at, kept }: Beginning,
): Promise<Reversal> {
  if (kept === null) return { kind: 'clean' };
  const now = await Promise.all(kept.files.map(async (file) => ({ file, before: await read(hands.files, file.path) })));
  const changed = now.filter(({ file, before }) => !isSameFile(before, file.was));
  if (changed.length === 0) return { kind: 'clean' };
  const edited = changed.filter(({ file, before }) => !isSameFile(before, file.wrote));
  if (edited.length > 0) return { kind: 'edited', paths: edited.map(({ file }) => file.path) };
  const process = await hands.process();
  const replaced = new Map(changed.map(({ file }) => [file.path, textOf(file.was)] as const));
  const transaction: Transaction = {
    id: idOf(at),
    what: 'revert',
    by,
    at,
    unit: kept.unit,
    mechanism: kept.mechanism,
    files: changed.map(({ file, before }) => ({ path: file.path, before, after: file.was })),
    directories: kept.directories,
    before: node === undefined ? {} : { argv: node.argv },
    after: node === undefined ? {} : expectationWith(node, replaced),
    kept,
    ...(process === undefined ? {} : { process }),
  };
  return { kind: 'revert', transaction };
}
