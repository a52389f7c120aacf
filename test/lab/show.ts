import { spawn } from 'node:child_process';
import { LabError } from './error.ts';

/** Run a command that takes long, its progress on our standard error; it must succeed, and gives its standard output. */
export async function runShown(argv: readonly string[], { timeoutMs }: { timeoutMs: number }): Promise<string> {
  const [file = '', ...args] = argv;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: AbortSignal.timeout(timeoutMs),
    killSignal: 'SIGTERM',
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.on('error', (error) => reject(new LabError(`${file}: ${error.message}`)));
  child.on('close', (code) => {
    if (code === 0) resolve(Buffer.concat(out).toString());
    else reject(new LabError(`${file} ended with ${code}; see above`));
  });
  return await promise;
}

/** Run a command for a person, on the terminal that is ours; gives its exit code. */
export async function runHere(argv: readonly string[]): Promise<number> {
  const [file = '', ...args] = argv;
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(file, args, { stdio: 'inherit' });
  child.on('error', () => resolve(127));
  child.on('close', (code) => resolve(code ?? 130));
  return await promise;
}
