import { MiB } from '../model/units.ts';
import type { RunOptions, RunResult } from './host.ts';
import { ENVIRONMENT } from './run-environment.ts';

/**
 * Runs a program without a shell. Answers at the deadline even when the child is in D state and SIGKILL cannot end it:
 * the child is then abandoned, with its pipes closed, and reaped whenever the kernel lets go of it.
 */
export async function run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
  // Loaded on first use: execa costs the daemon 5 MB that its idle rounds never need.
  const { execa } = await import('execa');
  const [file, ...rest] = argv;
  const child = execa(file, rest, {
    reject: false,
    stdin: 'ignore',
    encoding: 'utf8',
    stripFinalNewline: false,
    maxBuffer: options.maxBytes ?? MiB,
    killSignal: 'SIGKILL',
    env: { ...ENVIRONMENT, ...options.environment },
  });
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), options.deadline);
  const result = await Promise.race([child, late]);
  clearTimeout(timer);

  if (result === 'late') {
    child.catch(() => undefined);
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
    return { kind: 'timed-out', after: options.deadline, stdout: '', stderr: '' };
  }
  return toResult(result, file);
}

/** What execa knows of a child that has ended. */
interface Ended {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly isMaxBuffer: boolean;
  readonly signal?: string;
  readonly exitCode?: number;
  readonly code?: string | undefined;
}

function toResult(result: Ended, file: string): RunResult {
  const { stdout = '', stderr = '' } = result;
  if (result.isMaxBuffer) return { kind: 'exited', code: result.exitCode ?? 0, stdout, stderr, truncated: true };
  if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal, stdout, stderr };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode, stdout, stderr, truncated: false };
  if (result.code === 'ENOENT') return { kind: 'not-found', file };
  return { kind: 'failed', code: result.code ?? 'unknown' };
}
