import { fileStatus, listDirectory, readFile, readLink } from '../../lib/host/files.ts';
import { readMachineParts } from '../../lib/host/inventory.ts';
import { readNetwork } from '../../lib/host/inventory-network.ts';
import { sayAnswer } from '../say-answer.ts';

async function answer(part: string | undefined): Promise<unknown> {
  if (part === 'network') return await readNetwork({ fileStatus, listDirectory, readFile, readLink });
  const parts: Readonly<Record<string, (() => Promise<unknown>) | undefined>> = await readMachineParts();
  const read = parts[part ?? ''];
  if (read === undefined) throw new Error(`unknown: ${part}`);
  return await read();
}

/** One part of the inventory as JSON: a program of its own, so that a hang costs that part and nothing else. */
void sayAnswer(() => answer(process.argv[2]));
