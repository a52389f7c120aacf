import { constants, setPriority } from 'node:os';
import type { SpaceRequest } from '../../lib/model/space.ts';
import { composeHost } from '../compose.ts';
import { findSpaceUsers } from './users.ts';

/** A program of its own, so that neither the daemon nor a person's command holds what a walk over millions of files takes. */
async function main([what, request = '{}']: readonly string[]): Promise<void> {
  setPriority(constants.priority.PRIORITY_LOW);
  const host = composeHost();
  if (what !== 'users') throw new Error(`unknown: ${what}`);
  process.stdout.write(`${JSON.stringify(await findSpaceUsers(host, JSON.parse(request) as SpaceRequest))}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
