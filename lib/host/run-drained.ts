import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type Bytes, type Duration, KiB, ms } from '../model/units.ts';

export interface DrainOptions {
  readonly deadline: Duration;
  /** Kept of each pipe; what comes after is read and dropped, so that nobody waits for us. */
  readonly maxBytes: Bytes;
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

export type DrainedRun =
  | ({ readonly kind: 'exited'; readonly code: number } & Said)
  | ({ readonly kind: 'signalled'; readonly signal: string } & Said)
  | ({ readonly kind: 'timed-out' } & Said)
  | { readonly kind: 'not-started'; readonly why: string };

const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** What is in the pipe when the program ends comes at once; who forked away and holds it open may do so for ever. */
const LAST_WORDS = ms(100);

/** From here on a `cat` of a megabyte does it for a tenth of our CPU, and without our memory. */
const FLOOD: Bytes = 256 * KiB;

interface Kept {
  text(): string;
  close(): void;
}

function keep(pipe: Readable, most: Bytes): Kept {
  const kept: Buffer[] = [];
  let length = 0;
  let drain: ChildProcess | undefined;
  pipe.on('data', (chunk: Buffer) => {
    // A copy: a slice would hold the whole chunk.
    if (length < most) kept.push(Buffer.from(chunk.subarray(0, most - length)));
    length += chunk.length;
    if (length < most + FLOOD || drain !== undefined) return;
    pipe.pause();
    drain = spawn('cat', [], { stdio: [pipe, 'ignore', 'ignore'] });
    drain.on('error', () => pipe.resume());
  });
  pipe.on('error', () => undefined);
  return {
    text: () => Buffer.concat(kept).toString('utf8'),
    close() {
      drain?.kill('SIGKILL');
      pipe.destroy();
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/**
 * Runs a program whose output nobody vouches for: as a process group that is killed at the deadline, its first bytes kept and the rest
 * dropped. Answers when the program ends, not when the last holder of its pipes does, and at the deadline whatever the kernel does with it.
 */
export function runDrained([file, ...rest]: readonly [string, ...string[]], options: DrainOptions): Promise<DrainedRun> {
  const { promise, resolve } = Promise.withResolvers<DrainedRun>();
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT, cwd: '/', detached: true });
  const [stdout, stderr] = [keep(child.stdout, options.maxBytes), keep(child.stderr, options.maxBytes)];
  const end = (run: DrainedRun) => {
    clearTimeout(timer);
    stdout.close();
    stderr.close();
    child.unref();
    resolve(run);
  };
  const said = (): Said => ({ stdout: stdout.text(), stderr: stderr.text() });
  const timer = setTimeout(() => {
    killGroup(child);
    end({ kind: 'timed-out', ...said() });
  }, options.deadline);
  const ended = (code: number | null, signal: string | null) =>
    end(signal === null ? { kind: 'exited', code: code ?? 0, ...said() } : { kind: 'signalled', signal, ...said() });

  child.on('error', ({ message }) => end({ kind: 'not-started', why: message }));
  child.on('close', ended);
  child.on('exit', (code, signal) => setTimeout(ended, LAST_WORDS, code, signal));
  return promise;
}
