import { spawn } from 'node:child_process';
import { LabError } from './error.ts';

export interface RunOptions {
  /** Default 30 s. The process is killed at its end. */
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface RunResult {
  /** `null`: ended by a signal, or still alive when we gave up on it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Longest wait for the pipes of a process that is gone: a grandchild may hold them for ever. */
const drainMs = 300;
const defaultTimeoutMs = 30_000;

/**
 * Run a command to its end or its deadline, whichever comes first, and never reject. Not execa: its promise waits for
 * the pipes to close, and what a fault leaves behind in D state holds them open.
 */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file = '', ...args] = argv;
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let timedOut = false;
  let ended = false;

  const finish = (code: number | null, note = ''): void => {
    if (ended) return;
    ended = true;
    clearTimeout(deadline);
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
    resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() + note, timedOut });
  };
  const deadline = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
    setTimeout(() => finish(null), drainMs);
  }, options.timeoutMs ?? defaultTimeoutMs);

  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.on('error', (error) => finish(null, error.message));
  child.on('close', (code) => finish(code));
  child.on('exit', (code) => setTimeout(() => finish(code), drainMs));
  // The command may end without reading its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  return promise;
}

/** Run a command that must succeed and give its standard output. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.code === 0) return result.stdout;

  const words = argv.join(' ').replaceAll(/\s+/g, ' ');
  const end = result.timedOut ? `did not end within ${options.timeoutMs ?? defaultTimeoutMs} ms` : `ended with ${result.code}`;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-3).join(' | ');
  throw new LabError(`${words.slice(0, 160)} ${end}${said === '' ? '' : `: ${said}`}`);
}
