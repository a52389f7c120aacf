/** What doctor waits for, hung alone and all at once: it must end within 10 s, report the rest, and leave nothing running. */
import { parseArgs } from 'node:util';
import { findingNames, type Look, look, untilHealthy } from '../test/lab/doctor.ts';
import type { Fault } from '../test/lab/fault.ts';
import { faults } from '../test/lab/faults/index.ts';
import { install } from '../test/lab/install.ts';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { leaveTimes } from './leaving.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    /** Looks at each fault. */
    looks: { type: 'string', default: '5' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();
const hung = ['apiserver-hanging', 'fuse-hung', 'dockerd-hung', 'containerd-hung', 'kubelet-hung', 'dbus-hung', 'journald-hung'];
const possible = hung
  .flatMap((name) => faults.filter((fault) => fault.name === name))
  .filter((fault) => host.runtime === 'docker' || fault.name !== 'dockerd-hung');
/** Under docker its containerd is no fault of its own; it hangs with the others all the same. */
const alone = possible.filter(({ runtimes }) => runtimes?.includes(host.runtime) ?? true);

async function breakAll(): Promise<void> {
  // The last ones first to be mended: a hung bus makes systemctl wait.
  for (const fault of possible) await fault.break(host, lab);
}

async function mendAll(): Promise<void> {
  for (const fault of possible.toReversed()) await fault.mend(host, lab);
}

async function looksAt(count: number): Promise<Look[]> {
  const looks: Look[] = [];
  while (looks.length < count) looks.push(await look(host));
  return looks;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function rowOf(name: string, looks: readonly Look[]): string[] {
  const last = looks.at(-1);
  const judged = last?.report?.checks.filter(({ status }) => status === 'pass' || status === 'fail' || status === 'warn').length;
  return [
    name,
    seconds(Math.max(...looks.map(({ tookMs }) => tookMs))),
    [...new Set(looks.map(({ code }) => code))].join(', '),
    `${judged} of ${last?.report?.checks.length}`,
    [...new Set(findingNames(last?.report))].join(', ') || 'nothing wrong',
    String(looks.flatMap(({ left }) => left).length),
  ];
}

await install(host);
await untilHealthy(host);
const rows: string[][] = [];
for (const fault of alone)
  await measure(
    fault.name,
    () => fault.break(host, lab),
    () => fault.mend(host, lab),
  );
const endings: string[][] = [];
await measure('all of them at once', breakAll, mendAll, async () => {
  endings.push(...(await leaveTimes(host)));
});

async function measure(
  name: Fault['name'],
  begin: () => Promise<void>,
  end: () => Promise<void>,
  more?: () => Promise<void>,
): Promise<void> {
  try {
    await begin();
    rows.push(rowOf(name, await looksAt(Number(values.looks))));
    console.error(rows.at(-1)?.join(' | '));
    await more?.();
  } finally {
    await end();
  }
  await host.sh('journalctl --quiet --rotate --vacuum-time=1s');
  await untilHealthy(host);
}

console.log(`doctor on a ${host.runtime} node, ${values.looks} looks each; ${describeLoad()}`);
printTable(['hung', 'longest', 'exit status', 'checks that judged', 'doctor says', 'left running'], rows);
console.log('\nall of them at once, and nobody there to read or to type');
printTable(['how it is called', 'took', 'exit status', 'left running'], endings);
const late = [...rows, ...endings].some(([, took = '']) => Number.parseFloat(took) > 10);
process.exitCode = late || rows.some((row) => row[5] !== '0') || endings.some((row) => row[3] !== '0') ? 1 : 0;
