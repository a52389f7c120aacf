import { fileStatus, listDirectory, readFile, readLink } from '../../lib/host/files.ts';
import { readMachineParts } from '../../lib/host/inventory.ts';
import { readNetwork } from '../../lib/host/inventory-network.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { leave } from '../leave.ts';

async function answer(part: string | undefined): Promise<unknown> {
  if (part === 'network') return await readNetwork({ fileStatus, listDirectory, readFile, readLink });
  const parts: Readonly<Record<string, (() => Promise<unknown>) | undefined>> = await readMachineParts();
  const read = parts[part ?? ''];
  if (read === undefined) throw new Error(`unknown: ${part}`);
  return await read();
}

/** One part of the inventory as JSON: a program of its own, so that a hang costs that part and nothing else. */
async function main([part]: readonly string[]): Promise<never> {
  try {
    process.stdout.write(`${JSON.stringify(await answer(part))}\n`);
    return await leave(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return await leave(1);
  }
}

void main(process.argv.slice(2));
