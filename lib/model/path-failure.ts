import type { PathFailure } from '../host/host.ts';
import { formatDuration } from './quantity.ts';

/** Sentence fragment after a path: "/proc/pressure/cpu: permission denied". */
export function explainPathFailure(failure: PathFailure): string {
  switch (failure.kind) {
    case 'missing':
      return 'does not exist';
    case 'denied':
      return 'permission denied';
    case 'not-a-file':
      return `is a ${failure.is}, not a file`;
    case 'timed-out':
      return `no answer within ${formatDuration(failure.after)}`;
    case 'failed':
      return failure.code;
  }
}
