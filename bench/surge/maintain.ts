import { setTimeout as delay } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { begin, bootId, giveKubeconfig, hasJournal, inHost, killIt, leftOf, maintain } from '../maintain/host.ts';
import { installAgent } from '../repairs/agent-on-host.ts';

interface Run {
  readonly code: number;
  readonly said: string;
}

const WORDS = [
  '--mode',
  'surge',
  '--surge-timeout',
  '3m',
  '--validate-for',
  '5s',
  '--validate-within',
  '4m',
  '--reboot',
  '--',
  'true',
];
const LOG = ['journalctl', '-u', 'bench-maintain', '-u', 'nodemend-maintain', '--no-pager', '-o', 'cat'];

/** The program of this checkout, and a person's kubeconfig. */
export async function prepare(lab: Lab, host: LabHost): Promise<void> {
  await installAgent(host);
  giveKubeconfig(host, lab);
}

/** A whole maintenance on the host itself, through its reboot to the uncordon. */
export async function surgeAndReboot(lab: Lab, host: LabHost): Promise<Run> {
  const before = await bootId(host);
  await begin(host, WORDS);
  await waitFor('the maintenance to begin', async () => (hasJournal(host) ? true : undefined));
  await waitFor('the maintenance to end', async () => (hasJournal(host) ? undefined : true), {
    timeoutMs: 900_000,
    everyMs: 500,
  });
  const [after, left, log] = [await bootId(host), await leftOf(lab, host), await inHost(host, LOG)];
  const isDone = after !== before && left.length === 0;
  return { code: isDone ? 0 : 1, said: `${log.stdout}\nboot ${before} ${after}, left: ${left.join(', ')}` };
}

/** Killed when the first pod is evicted, and taken back. */
export async function surgeAndAbort(lab: Lab, host: LabHost, marks: () => Promise<number>): Promise<Run> {
  const before = await bootId(host);
  await begin(host, WORDS);
  await waitFor('a workload to be on its way', async () => ((await marks()) > 0 ? true : undefined), { timeoutMs: 120_000 });
  await delay(4000);
  await killIt(host);
  const marked = await marks();
  const { code, stdout, stderr } = await maintain(host, ['--abort']);
  const [left, open] = [await marks(), await leftOf(lab, host)];
  const isBack = code === 0 && left === 0 && open.length === 0 && (await bootId(host)) === before;
  console.error(`killed with ${marked} marks of it left; --abort: ${code}, ${left} marks left, ${open.join(', ')}`);
  return { code: isBack ? 0 : 1, said: stdout + stderr };
}
