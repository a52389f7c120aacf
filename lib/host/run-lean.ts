import { spawn } from 'node:child_process';
import { env } from 'node:process';
import type { Readable } from 'node:stream';
import { MiB } from '../model/units.ts';
import type { RunOptions, RunResult } from './host.ts';
import { ENVIRONMENT } from './run-environment.ts';

/** What a pipe gave, up to a bound. */
function collect(pipe: Readable, most: number, onFull: () => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  pipe.on('data', (chunk: Buffer) => {
    if (length < most) chunks.push(chunk);
    length += chunk.length;
    if (length > most) onFull();
  });
  pipe.on('error', () => undefined);
  return () => Buffer.concat(chunks).toString('utf8', 0, Math.min(length, most));
}

/**
 * What run.ts does, for the daemon: node's own spawn alone, because execa takes 2 MB for good as soon as it is loaded, and twice the
 * CPU of a child that says a line. The build puts it in the place of run.ts there; one table of tests holds for both.
 */
export async function run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const [file, ...rest] = argv;
  const child = spawn(file, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...ENVIRONMENT, ...options.environment },
  });
  let truncated = false;
  const cut = () => {
    truncated = true;
    child.kill('SIGKILL');
  };
  const most = options.maxBytes ?? MiB;
  const [stdout, stderr] = [collect(child.stdout, most, cut), collect(child.stderr, most, cut)];
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    // In D state it cannot be ended: it is left to the kernel, with its pipes closed.
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
    resolve({ kind: 'timed-out', after: options.deadline, stdout: '', stderr: '' });
  }, options.deadline);
  child.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    resolve(error.code === 'ENOENT' ? { kind: 'not-found', file } : { kind: 'failed', code: error.code ?? 'unknown' });
  });
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    const said = { stdout: stdout(), stderr: stderr() };
    if (truncated) resolve({ kind: 'exited', code: code ?? 0, ...said, truncated: true });
    else if (signal !== null) resolve({ kind: 'signalled', signal, ...said });
    else resolve({ kind: 'exited', code: code ?? 0, ...said, truncated: false });
  });
  return promise;
}
