import type { Inventory } from '../../lib/docker/inventory.ts';
import {
  BACK,
  type BackStage,
  FORWARD,
  type ForwardStage,
  isBack,
  type MoveJournal,
  type Stage,
} from '../../lib/docker/move-journal.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { MoveFailure, type MoveNode } from './node.ts';
import { configNow, proveDocker, release, stages, startAgain, stopEveryContainer, type Telling, unmountLeft } from './stages.ts';

export interface Move {
  readonly node: MoveNode;
  readonly tell: Telling;
  /** A person's Ctrl-C: back to the old root. */
  readonly signal?: AbortSignal;
}

export const STAGE_TEXT: Readonly<Record<Stage, string>> = {
  hold: 'hold the kubelet back',
  stop: 'stop every container and docker',
  copy: 'copy',
  verify: 'prove that the copy is the same',
  switch: 'switch daemon.json',
  start: 'start docker on the new root',
  compare: 'compare images, containers and volumes',
  release: 'start the kubelet',
  halt: 'stop docker',
  restore: 'restore daemon.json',
  restart: 'start docker on the old root',
  prove: 'prove that nothing is missing there',
  'let-go': 'start the kubelet',
};

async function save(journal: MoveJournal, change: Partial<MoveJournal>, node: MoveNode): Promise<MoveJournal> {
  const next = { ...journal, ...change, updatedAt: node.now() };
  await node.save(next);
  return next;
}

/** The way back goes on without a disk to write on: a run after it would begin at a stage that leads back as well, or forward anew. */
async function noteBack(journal: MoveJournal, change: Partial<MoveJournal>, { node, tell }: Move): Promise<MoveJournal> {
  try {
    return await save(journal, change, node);
  } catch (error) {
    tell.say(`the journal was not written: ${messageOf(error)}`);
    return { ...journal, ...change };
  }
}

/** Whether docker is as it was: nothing of it was stopped or switched so far. */
async function isUntouched(journal: MoveJournal, now: Inventory | undefined, node: MoveNode): Promise<boolean> {
  if (now?.root !== journal.roots.before || (await configNow(journal, node)) !== journal.config.before) return false;
  const { docker, active } = journal.units;
  const running = await Promise.all(docker.filter((unit) => active.includes(unit)).map((unit) => node.isActive(unit)));
  return running.every(Boolean);
}

async function halt(journal: MoveJournal, node: MoveNode): Promise<void> {
  await node.endCopier();
  const isActive = await node.isActive('docker.service');
  const now = isActive ? await node.inventory().catch(() => undefined) : undefined;
  if (await isUntouched(journal, now, node)) return;
  await node.hold([...journal.units.front, ...journal.units.docker]);
  for (const unit of journal.units.front) await node.stop(unit);
  if (now !== undefined) await stopEveryContainer(now, node);
  for (const unit of journal.units.docker) await node.stop(unit);
  for (const root of [journal.to, journal.from]) await unmountLeft(root, node);
}

const back: Readonly<Record<BackStage, (journal: MoveJournal, node: MoveNode, tell: Telling) => Promise<void>>> = {
  halt,
  restore: (journal, node) => node.restoreConfig(journal),
  async restart(journal, node) {
    await node.letGo(journal.units.docker);
    await startAgain(journal, journal.units.docker, node);
  },
  prove: (journal, node) => proveDocker(journal, journal.roots.before, node),
  'let-go': release,
};

/** To the old root, whatever happened. Throws where that failed too: the journal then says so, and the next run tries again. */
export async function goBack(begun: MoveJournal, cause: string, move: Move): Promise<MoveJournal> {
  move.tell.say(`going back to ${begun.from}: ${cause}`);
  let journal = begun;
  for (const stage of BACK) {
    journal = await noteBack(journal, { stage, cause }, move);
    move.tell.say(STAGE_TEXT[stage]);
    try {
      await back[stage](journal, move.node, move.tell);
    } catch (error) {
      throw new MoveFailure(`could not ${STAGE_TEXT[stage]}: ${messageOf(error)}`, { cause: error });
    }
  }
  return await noteBack(journal, { outcome: 'rolled-back' }, move);
}

async function forward(begun: MoveJournal, from: ForwardStage, move: Move): Promise<MoveJournal> {
  const { node, tell, signal } = move;
  let journal = begun;
  for (const stage of FORWARD.slice(FORWARD.indexOf(from))) {
    try {
      signal?.throwIfAborted();
      journal = await save(journal, { stage }, node);
      tell.say(STAGE_TEXT[stage]);
      const change = await stages[stage](journal, node, tell);
      journal = { ...journal, ...change };
    } catch (error) {
      const cause = signal?.aborted === true ? 'it was interrupted' : `could not ${STAGE_TEXT[stage]}: ${messageOf(error)}`;
      return await goBack(journal, cause, move);
    }
  }
  try {
    journal = await save(journal, { outcome: 'moved' }, node);
  } catch (error) {
    return await goBack(journal, `the journal was not written: ${messageOf(error)}`, move);
  }
  await node.removeMarker(journal).catch(() => undefined);
  return journal;
}

/**
 * Where a run that was killed goes on. Until daemon.json says the new root everything is done again from the start, because a reboot
 * may have let docker run on the old one in between; afterwards nothing is, because it may have run on the new one.
 */
async function entryOf(journal: MoveJournal, node: MoveNode): Promise<ForwardStage | string> {
  const config = await configNow(journal, node);
  if (config === journal.config.before) return 'hold';
  if (config !== journal.config.after) return `${journal.config.path} was changed by somebody in between`;
  return 'start';
}

/** Begins, or goes on with, what the journal says; gives it back with its outcome. */
export async function carryOn(journal: MoveJournal, move: Move): Promise<MoveJournal> {
  if (isBack(journal.stage)) return await goBack(journal, journal.cause ?? 'it was given up before', move);
  const entry = await entryOf(journal, move.node).catch(messageOf);
  const stage = FORWARD.find((one) => one === entry);
  return stage === undefined ? await goBack(journal, entry, move) : await forward(journal, stage, move);
}
