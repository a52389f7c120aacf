import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { putFile } from '../../lib/host/exact-file.ts';
import { codeOf } from '../../lib/model/error-words.ts';
import type { FileState } from '../../lib/model/file-state.ts';
import type { OwnFile, RestartOrder } from '../../lib/model/request.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import type { BootedProcess, Progress, Settled, StepResult, Transaction } from '../../lib/tune/transaction.ts';
import type { TuneHands } from './hands.ts';

/** A kubelet of a slow disk is back after a minute, its Node's condition ten seconds later. */
const PROVED_WITHIN = minutes(2);
const LOOKED_WITHIN = seconds(3);

type Which = 'before' | 'after';

const digestOf = (state: FileState) =>
  state.kind === 'absent' ? null : createHash('sha256').update(Buffer.from(state.content, 'base64')).digest('hex');

const done = (what: string): StepResult => ({ kind: 'done', what });

const pathsOf = ({ files }: Transaction): readonly string[] => files.map(({ path }) => path);

async function makeDirectories({ directories }: Transaction, { files }: TuneHands): Promise<void> {
  for (const path of directories.toReversed()) {
    if ((await files.modifiedAt(path)) !== undefined) continue;
    await files.makeDirectory(path);
    await files.syncDirectory(dirname(path));
  }
}

/** Those that were made and are empty again; what somebody else put there stays. */
async function removeDirectories(paths: readonly string[], { files }: TuneHands): Promise<void> {
  for (const path of paths) {
    if ((await files.modifiedAt(path)) === undefined) continue;
    try {
      await files.removeDirectory(path);
    } catch (error) {
      if (codeOf(error) === 'ENOTEMPTY') return;
      throw error;
    }
    await files.syncDirectory(dirname(path));
  }
}

async function put(transaction: Transaction, which: Which, hands: TuneHands): Promise<StepResult> {
  if (transaction.files.some((file) => file[which].kind === 'file')) await makeDirectories(transaction, hands);
  for (const file of transaction.files) await putFile(hands.files, file.path, file[which]);
  await removeDirectories(transaction.directories, hands);
  const paths = pathsOf(transaction).join(', ');
  const isNew = (which === 'after') === (transaction.what === 'apply');
  return done(isNew ? `wrote ${paths}` : `put back ${paths}, to the byte`);
}

/** What a restart is allowed to apply: the files of this change as they are to be. */
async function ownFiles({ files }: Transaction, which: Which, hands: TuneHands): Promise<readonly OwnFile[]> {
  return await Promise.all(
    files.map(async (file) => {
      const directoryModifiedAt = await hands.files.modifiedAt(dirname(file.path));
      const own = { path: file.path, digest: digestOf(file[which]) };
      return directoryModifiedAt === undefined ? own : { ...own, directoryModifiedAt };
    }),
  );
}

const isSameProcess = (one: BootedProcess | undefined, other: BootedProcess | undefined): boolean =>
  one !== undefined && one.pid === other?.pid && one.startTicks === other.startTicks && one.boot === other.boot;

/** What a way back without a restart leaves: files newer than a kubelet that has read just these bytes. */
export async function settledBy(transaction: Transaction, hands: TuneHands): Promise<Settled | undefined> {
  const { process } = transaction;
  if (process === undefined || !isSameProcess(process, await hands.process())) return undefined;
  const paths = new Set(pathsOf(transaction).flatMap((path) => [path, dirname(path)]));
  const times = await Promise.all([...paths].map(async (path) => [path, await hands.files.changedAt(path)] as const));
  const earlier = transaction.kept?.settled;
  const changedAt = Object.fromEntries(times.flatMap(([path, at]) => (at === undefined ? [] : [[path, at]])));
  return { process, changedAt: { ...(isSameProcess(process, earlier?.process) ? earlier?.changedAt : {}), ...changedAt } };
}

async function proveBefore(transaction: Transaction, hands: TuneHands, within: Duration): Promise<StepResult> {
  // The kubelet that ran before anything was written has read nothing of it.
  if (isSameProcess(transaction.process, await hands.process()))
    return done('the kubelet was never restarted, and has read nothing of it');
  return await hands.prove(transaction.before, { unit: transaction.unit, within, files: pathsOf(transaction) });
}

export async function proveAfter(transaction: Transaction, hands: TuneHands, within: Duration): Promise<StepResult> {
  const { process: former, after, unit } = transaction;
  return await hands.prove(after, { unit, within, files: pathsOf(transaction), ...(former === undefined ? {} : { former }) });
}

function orderOf({ unit, kept, what }: Transaction, undo: boolean, own: readonly OwnFile[]): RestartOrder {
  const why = undo ? `tune eviction --${what} is rolled back` : `tune eviction --${what}`;
  const proved = kept?.process;
  return { unit, own, undo, why, ...(proved === undefined ? {} : { proved }) };
}

/** Everything that can say no says it before anything is touched. */
async function verify(transaction: Transaction, hands: TuneHands): Promise<StepResult> {
  // A revert is the cure of a kubelet that does not come back, too.
  if (transaction.what === 'apply') {
    const now = await hands.prove(transaction.before, { unit: transaction.unit, within: LOOKED_WITHIN, files: [] });
    if (now.kind !== 'done') return { kind: now.kind, why: `the node is not well as it is: ${now.why}` };
  }
  const allowed = await hands.mayRestart(orderOf(transaction, false, []));
  return allowed.kind === 'done' ? await hands.verify(transaction) : allowed;
}

async function restart(transaction: Transaction, undo: boolean, hands: TuneHands): Promise<StepResult> {
  if (undo) {
    const seen = await proveBefore(transaction, hands, seconds(0));
    if (seen.kind === 'done') return seen;
  }
  const own = await ownFiles(transaction, undo ? 'before' : 'after', hands);
  return await hands.restart(orderOf(transaction, undo, own));
}

/** Does one step. Every one can be done again, whatever part of it was done before. */
export async function perform({ direction, step }: Progress, transaction: Transaction, hands: TuneHands): Promise<StepResult> {
  const undo = direction === 'back';
  switch (step) {
    case 'verify':
      return await verify(transaction, hands);
    case 'write':
      return await put(transaction, 'after', hands);
    case 'restore':
      return await put(transaction, 'before', hands);
    case 'load':
      return await hands.load(transaction, undo ? 'before' : 'after');
    case 'restart':
      return await restart(transaction, undo, hands);
    case 'prove':
      return undo ? await proveBefore(transaction, hands, PROVED_WITHIN) : await proveAfter(transaction, hands, PROVED_WITHIN);
  }
}
