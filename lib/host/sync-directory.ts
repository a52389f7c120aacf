import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The new name of a file must survive a power loss, too. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
