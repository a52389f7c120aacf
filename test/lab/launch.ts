import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { enterCgroups } from './cgroup.ts';

/**
 * Start a process in its own session and the given control groups, its output in a file; it outlives this one.
 * The shell moves itself and then becomes the process, so nothing of the lab ever runs outside its groups.
 */
export function launch(cgroups: readonly string[], argv: readonly string[], log: string): number {
  const output = openSync(log, 'a', 0o600);
  const script = `${enterCgroups(cgroups)} exec "$@"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...argv], { cwd: '/', detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  child.unref();
  // A missing /bin/sh is the only way to get here without a PID.
  child.on('error', () => undefined);
  return child.pid ?? 0;
}
