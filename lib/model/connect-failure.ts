import type { ConnectFailure } from '../host/host.ts';
import { formatDuration } from './quantity.ts';

/** Sentence fragment after an address: "http://127.0.0.1:10248/healthz: connection refused". */
export function explainConnectFailure(failure: ConnectFailure): string {
  switch (failure.kind) {
    case 'refused':
      return 'connection refused';
    case 'missing':
      return 'does not exist';
    case 'denied':
      return 'permission denied';
    case 'backlog-full':
      return 'accepts no connection, its queue is full';
    case 'timed-out':
      return failure.connected
        ? `connected, no answer within ${formatDuration(failure.after)}`
        : `no connection within ${formatDuration(failure.after)}`;
    case 'failed':
      return failure.code;
  }
}
