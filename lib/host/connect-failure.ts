import { codeOf } from '../model/error-words.ts';
import type { Duration } from '../model/units.ts';
import type { ConnectFailure } from './host.ts';

/** Made once: an error with its stack for every answer that is late would be most of what an unanswered probe costs. */
export const LATE = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });

/** What a failed connect or request means (unix(7), tcp(7)). */
export function toConnectFailure(error: unknown, deadline: Duration, connected: boolean): ConnectFailure {
  const code = codeOf(error) ?? 'unknown';
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (code === 'ENOENT') return { kind: 'missing' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
  // A unix socket whose backlog is full: somebody listens and does not accept.
  if (code === 'EAGAIN') return { kind: 'backlog-full' };
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT' || (error instanceof Error && error.name === 'TimeoutError')) {
    return { kind: 'timed-out', after: deadline, connected };
  }
  return { kind: 'failed', code };
}
