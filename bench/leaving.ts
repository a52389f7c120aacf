import { randomUUID } from 'node:crypto';
import { processesWith } from '../test/lab/doctor.ts';
import type { LabHost } from '../test/lab/host.ts';

const program = '/opt/nodemend/nodemend';

/** Who reads the output, who types, and whether there is a terminal; `$?` is the program's own status. */
const callers: Readonly<Record<string, string>> = {
  'doctor >/dev/null': `${program} doctor >/dev/null`,
  'doctor | head -1': `set -o pipefail; ${program} doctor | head -1 >/dev/null`,
  'doctor --json | head -c 1': `set -o pipefail; ${program} doctor --json | head -c 1 >/dev/null`,
  'doctor >&- (standard output closed)': `${program} doctor >&-`,
  'doctor <&- (standard input closed)': `${program} doctor <&- >/dev/null`,
  'doctor <&- >&- 2>&-': `${program} doctor <&- >&- 2>&-`,
  'doctor >/dev/full': `${program} doctor >/dev/full 2>/dev/null`,
  'setsid doctor (no terminal)': `setsid -w ${program} doctor </dev/null >/dev/null`,
  'doctor on a terminal': `TERM=xterm script -qec '${program} doctor' /dev/null </dev/null >/dev/null`,
  'doctor | a reader that takes nothing for 20 s': `mkfifo /tmp/lab-$$; sleep 20 </tmp/lab-$$ & ${program} doctor --json >/tmp/lab-$$; code=$?; kill $!; rm /tmp/lab-$$; exit $code`,
};

/** Rows: how it was called, how long it took, its exit status, its processes that are still there. */
export async function leaveTimes(host: LabHost): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [name, script] of Object.entries(callers)) {
    const mark = `LAB_LOOK=${randomUUID()}`;
    const started = performance.now();
    const { code } = await host.exec(['env', mark, 'bash', '-c', script], { timeoutMs: 30_000 });
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    rows.push([name, took, String(code), String((await processesWith(mark)).length)]);
  }
  return rows;
}
