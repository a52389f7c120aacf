import { spawn } from 'node:child_process';
import { env } from 'node:process';
import { ENVIRONMENT } from './run-environment.ts';

export type StreamEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly complaint: string }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'not-found'; readonly file: string };

export interface StreamOptions {
  onText(text: string): void;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** The end of what it says of its troubles is where the reason stands. */
const MOST_COMPLAINT = 2000;

/**
 * A program that may run for hours, its output as it comes. In a session of its own: a terminal's Ctrl-C is for the caller, who
 * decides what becomes of it. It has no deadline; `signal` is for who can judge.
 */
export async function stream(
  [file, ...rest]: readonly [string, ...string[]],
  { onText, signal }: StreamOptions,
): Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...ENVIRONMENT }, detached: true });
  let complaint = '';
  const stop = () => void child.kill('SIGTERM');
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MOST_COMPLAINT);
  });
  child.on('error', () => resolve({ kind: 'not-found', file }));
  child.on('close', (code, by) =>
    resolve(by === null ? { kind: 'exited', code: code ?? 0, complaint: complaint.trim() } : { kind: 'signalled', signal: by }),
  );
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return await promise.finally(() => signal?.removeEventListener('abort', stop));
}
