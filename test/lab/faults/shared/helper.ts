import { LabError } from '../../error.ts';
import type { LabHost } from '../../host.ts';

/** However a test ends, what it started in the host does not outlive this. */
const longestSeconds = 1800;

/**
 * Start a shell script in the host that goes on after `break`. It and all its children carry the fault's name in their
 * environment: that is how `mend` finds them, also after a crash that left no record.
 */
export async function startHelper(host: LabHost, fault: string, script: string, seconds = longestSeconds): Promise<void> {
  const bounded = ['timeout', '-s', 'KILL', String(seconds), 'sh', '-c', script];
  await host.start(fault, ['env', `LAB_FAULT=${fault}`, ...bounded]);
}

export async function endHelpers(host: LabHost, fault: string): Promise<void> {
  const left = await host.sh(`${findHelpers(fault)}
    for round in 1 2 3 4 5 6 7 8 9 10; do
      pids=$(helpers)
      [ -n "$pids" ] || exit 0
      kill -KILL $pids 2>/dev/null
      sleep 0.2
    done
    echo $pids`);
  if (left.trim() !== '') throw new LabError(`processes of ${fault} in ${host.name} do not end: ${left.trim()}`);
}

/** The log, too: nothing is left behind. Helpers that ended by themselves leave no process to find. */
const findHelpers = (fault: string): string => `rm -f /var/log/lab-${fault}.log
    helpers() {
      for environment in /proc/[0-9]*/environ; do
        grep -qszxF 'LAB_FAULT=${fault}' "$environment" || continue
        pid=\${environment#/proc/}
        printf '%s ' "\${pid%/environ}"
      done
    }`;
