import { join } from 'node:path';
import { type MoveJournal, parseJournal } from '../../lib/docker/move-journal.ts';
import { AgentError } from '../../lib/errors.ts';
import { readText, writeDurably } from './durable.ts';

/** Of the agent's state directory: what a move keeps. */
export const moveDirectory = (stateDirectory: string): string => join(stateDirectory, 'docker-move');

export const journalFile = (directory: string): string => join(directory, 'journal.json');

export function saveJournal(path: string, journal: MoveJournal): void {
  writeDurably(path, `${JSON.stringify(journal, undefined, 1)}\n`, 0o600);
}

export function loadJournal(path: string): MoveJournal | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const journal = parseJournal(text);
  if (journal === undefined) throw new AgentError('MOVE_REFUSED', `${path} is not a journal of this program`);
  return journal;
}
