import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Recorded incidents: beside the program in a release, in test/ in a checkout. */
export function recordingsDirectory(): string {
  const program = dirname(process.argv[1] ?? '.');
  const released = join(program, 'recordings');
  return existsSync(released) ? released : join(program, '..', 'test', 'recordings');
}
