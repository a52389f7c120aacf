import { type ChildProcess, spawn } from 'node:child_process';
import type { Duration } from '../model/units.ts';

/** A program that goes on until it is stopped, and what it writes. */
export interface FollowListener {
  /** How long to let it write before it is read again, unless it writes much; absent: it is read at once. */
  readonly gather?: Duration;
  onBytes(bytes: Uint8Array): void;
  /** Called once. `why`: its last words, or how it ended. */
  onEnd(why: string): void;
}

export interface Following {
  /** undefined: it could not be started. */
  readonly pid?: number | undefined;
  /** Ends it; what it still says is not heard. */
  stop(): void;
}

const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' };

/** Its complaints are a sentence or two; more is not kept. */
const MOST_COMPLAINT = 500;

/** Half of what node reads at once: there may be more. */
const MUCH = 32_768;

function release(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  // One in D state is reaped whenever the kernel lets go of it, and keeps nobody waiting.
  child.unref();
}

/**
 * Reads what can only be read by waiting: a blocking read of our own would hold one of the four threads that everything else needs, and
 * node cannot wait for a device. node:child_process and not lib/host/run.ts: execa would cost the idle daemon 5 MB.
 */
export function follow([file, ...rest]: readonly [string, ...string[]], listener: FollowListener): Following {
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
  let complaint = '';
  let over = false;
  const end = (why: string): void => {
    if (over) return;
    over = true;
    release(child);
    listener.onEnd(why);
  };
  child.stdout.on('data', (bytes: Buffer) => {
    if (over) return;
    listener.onBytes(bytes);
    if (listener.gather === undefined || bytes.length >= MUCH) return;
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), listener.gather);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    complaint = (complaint + bytes.toString('utf8')).slice(0, MOST_COMPLAINT);
  });
  child.on('error', (error) => end(error.message));
  // `close`, not `exit`: what is still in the pipe comes first.
  child.on('close', (code, signal) => end(complaint.trim() || `${file} ended with ${signal ?? `status ${code}`}`));
  return {
    pid: child.pid,
    stop() {
      over = true;
      child.kill('SIGKILL');
      release(child);
    },
  };
}
