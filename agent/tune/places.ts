import { join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';

type Places = Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>;

/** The change of the thresholds that is under way, or was when its program was killed. */
export const tuneJournalFile = (stateDirectory: string): string => join(stateDirectory, 'tune-eviction.journal');

/** Where the program that is at work on it says so. */
export const tuneLocks = ({ stateDirectory, runtimeDirectory }: Places): readonly string[] =>
  [stateDirectory, runtimeDirectory].map((directory) => join(directory, 'tune.lock'));
