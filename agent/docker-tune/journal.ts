import { join } from 'node:path';
import { AgentError } from '../../lib/errors.ts';
import { parseObject } from '../../lib/model/json.ts';
import { readText } from '../docker-move/durable.ts';
import type { TuneJournal } from './hands.ts';

/** Of the agent's state directory: what a change of docker's settings keeps. */
export const tuneDirectory = (stateDirectory: string): string => join(stateDirectory, 'docker-tune');
export const tuneJournalFile = (directory: string): string => join(directory, 'journal.json');

const isText = (value: unknown): value is string => typeof value === 'string';
const STATES: readonly unknown[] = ['under-way', 'applied', 'rolled-back', 'reverted'];

/** Pure; undefined: not a journal of this program, whole. */
export function parseTuneJournal(text: string): TuneJournal | undefined {
  const journal = parseObject(text) as Readonly<Record<keyof TuneJournal, unknown>> | undefined;
  if (journal === undefined) return undefined;
  const flags = [journal.wantsLiveRestore, journal.hadLiveRestore, journal.hadUntriedEdits];
  const isWhole =
    journal.version === 1 &&
    STATES.includes(journal.state) &&
    (journal.going === 'forward' || journal.going === 'back') &&
    isText(journal.at) &&
    isText(journal.path) &&
    journal.path.startsWith('/') &&
    typeof journal.mode === 'number' &&
    (journal.before === null || isText(journal.before)) &&
    isText(journal.after) &&
    flags.every((flag) => typeof flag === 'boolean');
  return isWhole ? (journal as TuneJournal) : undefined;
}

export function loadTuneJournal(directory: string): TuneJournal | undefined {
  const path = tuneJournalFile(directory);
  const text = readText(path);
  if (text === undefined) return undefined;
  const journal = parseTuneJournal(text);
  if (journal === undefined) throw new AgentError('DOCKER_TUNE_REFUSED', `${path} is not a journal of this program`);
  return journal;
}
