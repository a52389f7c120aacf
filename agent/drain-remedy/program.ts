import { join } from 'node:path';
import { ownProgram } from '../own-program.ts';

/** One at a time on a node, whatever it does. */
export const MOVE_UNIT = 'nodemend-move-work.service';

const PROGRAM = ownProgram('drain-remedy', 'move-work.cjs');

export const moveProgram = (orderFile: string): readonly [string, ...string[]] => [process.execPath, PROGRAM, orderFile];

export interface MoveFiles {
  readonly order: string;
  readonly record: string;
}

/** Both outlive the agent and the host: what was begun is gone on with after a reboot, too. */
export const moveFiles = (stateDirectory: string): MoveFiles => ({
  order: join(stateDirectory, 'move-work', 'order.json'),
  record: join(stateDirectory, 'move-work', 'record.json'),
});
