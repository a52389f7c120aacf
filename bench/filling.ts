/** A disk and an inode table that fill in steps: when doctor says Near and Met, and when the kubelet sets DiskPressure. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { look, untilHealthy } from '../test/lab/doctor.ts';
import { fillBytes, fillInodes, runtimeDisk, unfill } from '../test/lab/faults/shared/fill-disk.ts';
import { forgetPressure } from '../test/lab/faults/shared/kubelet-state.ts';
import { install } from '../test/lab/install.ts';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    /** Longer than the kubelet's housekeeping, which is 10 s. */
    hold: { type: 'string', default: '15' },
    /** Only signals whose name contains it. */
    only: { type: 'string', default: '' },
  },
});

const lab = openLab(values.lab);
const host = lab.host();
const file = 'bench-filling';

interface Filling {
  readonly signal: string;
  readonly disk: string;
  /** Threshold in percent; the levels are around it. */
  readonly threshold: number;
  fill(disk: string, ratio: number): Promise<void>;
}

const bytes = (disk: string, ratio: number): Promise<void> => fillBytes(disk, file, ratio);
const inodes = async (disk: string, ratio: number): Promise<void> => fillInodes(disk, file, ratio);
const fillings: readonly Filling[] = [
  { signal: 'nodefs.available', disk: host.disks.kubelet, threshold: 10, fill: bytes },
  { signal: 'nodefs.inodesFree', disk: host.disks.kubelet, threshold: 5, fill: inodes },
  { signal: 'imagefs.available', disk: runtimeDisk(host), threshold: 15, fill: bytes },
];
/** In parts of the threshold. */
const levels = [1.5, 1.15, 1.05, 1.02, 0.98, 0.5];

async function diskPressure(): Promise<boolean> {
  const path = '{.status.conditions[?(@.type=="DiskPressure")].status}';
  return (await lab.kubectl(['get', 'node', host.name, '-o', `jsonpath=${path}`])).stdout === 'True';
}

async function saysDoctor(signal: string): Promise<string> {
  const { report } = await look(host);
  const found = report?.problems.find(({ type, subject }) => type.startsWith('EvictionThreshold') && subject === signal);
  return found?.type.replace('EvictionThreshold', '') ?? 'nothing';
}

type Said = readonly (readonly [answer: string, seconds: number])[];

/** Ask until the time is over; gives each answer that differs from the one before, and when. An answer counts from its end. */
async function ask(what: () => Promise<string>, until: number, began: number): Promise<Said> {
  const said: [string, number][] = [];
  while (performance.now() < until) {
    const answer = await what();
    if (answer !== said.at(-1)?.[0]) said.push([answer, (performance.now() - began) / 1000]);
    await sleep(250);
  }
  return said;
}

async function level({ signal, disk, threshold, fill }: Filling, part: number): Promise<string[]> {
  const percent = threshold * part;
  await fill(disk, percent / 100);
  const began = performance.now();
  const until = began + Number(values.hold) * 1000;
  const [doctor, kubelet] = await Promise.all([
    ask(() => saysDoctor(signal), until, began),
    ask(async () => ((await diskPressure()) ? 'DiskPressure' : 'no pressure'), until, began),
  ]);
  const told = (said: Said): string => said.map(([answer, at]) => `${answer} ${at.toFixed(1)} s`).join(', ');
  const equal = (doctor.at(-1)?.[0] === 'Met') === (kubelet.at(-1)?.[0] === 'DiskPressure');
  return [signal, `${percent.toFixed(2)} %`, `< ${threshold} %`, told(doctor), told(kubelet), equal ? 'equal' : 'DIFFERENT'];
}

await install(host);
const rows: string[][] = [];
for (const filling of fillings.filter(({ signal }) => signal.includes(values.only))) {
  await untilHealthy(host);
  try {
    for (const part of levels) {
      rows.push(await level(filling, part));
      console.error(rows.at(-1)?.join(' | '));
    }
  } finally {
    unfill(filling.disk, file);
    await forgetPressure(host, lab);
  }
}
console.log(`${host.runtime} node, kubelet ${lab.kubeletVersion}, ${values.hold} s at each level; ${describeLoad()}`);
printTable(['signal', 'left', 'evicts', 'doctor says', 'kubelet says', 'verdict'], rows);
process.exitCode = rows.every((row) => row[5] === 'equal') ? 0 : 1;
