/** Where most of a node is missing, or may not be seen: doctor says so, and judges the rest. On this machine, and on a lab's host. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DoctorReport } from '../lib/model/report.ts';
import { findingNames } from '../test/lab/doctor.ts';
import { install } from '../test/lab/install.ts';
import { openLab } from '../test/lab/lab.ts';
import { must, type RunResult, run } from '../test/lab/run.ts';
import { printTable } from '../test/lab/table.ts';

const { values } = parseArgs({
  options: {
    /** A lab whose first host is asked as an ordinary user, too. */
    lab: { type: 'string' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'nodemend-bare-'));
const program = join(folder, 'dist/nodemend');
const nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
/** In mounts, processes or network of its own; `"$@"` is doctor. */
const unshared = (flags: string, script: string): string[] => [
  'unshare',
  ...flags.split(' '),
  'sh',
  '-c',
  `${script}; exec "$@"`,
  'sh',
];
const hide = (file: string): string => `! [ -e ${file} ] || mount --bind /dev/null ${file}`;

const situations: Readonly<Record<string, readonly string[]>> = {
  'no kubelet, no systemd as PID 1, no runtime': [],
  '… as an ordinary user': nobody,
  '… no systemctl and no journalctl either': unshared('-m', ['/usr/bin/systemctl', '/usr/bin/journalctl'].map(hide).join('; ')),
  '… alone in its own processes and network': unshared('-m -p -n -f --mount-proc', 'true'),
  '… without /proc': unshared('-m', 'mount -t tmpfs t /proc'),
  '… without /proc, as an ordinary user': [...unshared('-m', 'mount -t tmpfs t /proc'), ...nobody],
};

const rows: string[][] = [];
const sentences: string[] = [];

function record(name: string, { code, stdout, stderr }: RunResult, tookMs: number): void {
  if (stdout === '') {
    rows.push([name, String(code), '', '', stderr.split('\n')[0] ?? '', '']);
    return;
  }
  const { health, checks, ...report } = JSON.parse(stdout) as DoctorReport;
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  const counts = ['pass', 'warn', 'fail', 'unknown', 'skip'].map((status) => `${count(status)} ${status}`).join(', ');
  const problems = findingNames({ ...report, health, checks }).join(', ') || 'none';
  rows.push([name, String(code), health, counts, problems, `${(tookMs / 1000).toFixed(1)} s`]);
  const open = checks.filter(({ status }) => status === 'unknown' || status === 'skip');
  sentences.push(
    `\n${name}`,
    ...open.map(({ name: check, status, reason }) => `  ${status.padEnd(8)}${check.padEnd(22)}${reason ?? ''}`.slice(0, 160)),
  );
}

async function timed(name: string, ask: () => Promise<RunResult>): Promise<void> {
  const started = performance.now();
  record(name, await ask(), performance.now() - started);
}

try {
  // An ordinary user must be able to reach the program.
  await must(['cp', '-a', join(import.meta.dirname, '../dist'), folder]);
  await must(['chmod', '755', folder]);
  for (const [name, before] of Object.entries(situations))
    await timed(name, () => run([...before, program, 'doctor', '--json'], { timeoutMs: 20_000 }));
  await timed('only what this machine does not have', () =>
    run([program, 'doctor', '--json', '--only', 'kubelet-health,pleg-health']),
  );
  if (values.lab !== undefined) {
    const host = openLab(values.lab).host();
    await install(host);
    await timed(`lab node with ${host.runtime}, an ordinary user`, () =>
      host.exec([...nobody, '/opt/nodemend/nodemend', 'doctor', '--json']),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(['host', 'exit status', 'health', 'checks', 'problems', 'took'], rows, 90);
console.log(sentences.join('\n'));
process.exitCode = rows.every(([, code]) => code === '0' || code === '1' || code === '2' || code === '3') ? 0 : 1;
