import { setImmediate as turn } from 'node:timers/promises';
import { EXIT } from './command.ts';

/** A reader that takes nothing for this long is hung; node's timer needs up to twice as long to see it. */
const PATIENCE = 3_000;

let lost: Error | undefined;

// A reader that is gone (`| head -1`) is no error: the status stays the command's own.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') lost ??= error;
});
process.stderr.on('error', () => undefined);

/** Waits until a stream has handed over what was written to it, or its reader stalls. Files and terminals are written at once. */
async function drain(stream: NodeJS.WriteStream, patience: number): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  // The socket's idle timer starts anew as long as the reader takes anything.
  stream.setTimeout(patience, resolve);
  stream.write('', () => resolve());
  await promise;
}

/**
 * The one way out. process.exit() joins the thread pool and so waits for a call that never returns (open of a FIFO, statfs of a
 * dead mount, DNS); replacing the process ends every thread at once.
 */
export async function leave(code: number, patience = PATIENCE): Promise<never> {
  // A failed write is told in the next turn.
  await turn();
  await drain(process.stdout, patience);
  if (lost !== undefined) process.stderr.write(`nodemend: output lost: ${lost.message}\n`);
  await drain(process.stderr, patience);
  process.execve?.('/bin/sh', ['sh', '-c', `exit ${lost === undefined ? code : EXIT.internal}`], {});
  process.exit(code);
}
