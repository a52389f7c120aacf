import { setTimeout as delay } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { begin, bootId, expect, hasJournal, inHost, killIt, leftOf, RAN, START, withPods } from './host.ts';

const WHOLE = 60_000;

/** SIGKILL of whatever goes on with the maintenance, before the reboot or after it. */
export async function rebootKills(lab: Lab, host: LabHost, count: number): Promise<void> {
  const broken: string[] = [];
  let reboots = 0;
  for (let turn = 0; turn < count; turn += 1) {
    await withPods(lab, host);
    await inHost(host, ['rm', '-f', RAN]);
    const before = await bootId(host);
    await begin(host, [...START, '--reboot', '--', 'sh', '-c', `echo x >> ${RAN}`]);
    const end = performance.now() + WHOLE;
    await delay(1000 + Math.random() * 25_000);
    await killIt(host);
    // The unit that goes on after a boot starts it again by itself; before the reboot a person does.
    while (hasJournal(host) && performance.now() < end) await delay(500);
    if (hasJournal(host)) await begin(host, ['--resume']);
    const late = performance.now() + 5 * WHOLE;
    while (hasJournal(host) && performance.now() < late) await delay(500);
    const after = await bootId(host);
    if (after !== before) reboots += 1;
    const runs = (await inHost(host, ['cat', RAN])).stdout.length / 2;
    const left = await leftOf(lab, host);
    if (left.length > 0 || runs > 1) broken.push(`run ${turn + 1}: ${runs} runs of the command, left: ${left.join(', ')}`);
  }
  console.log(`     ${count} kills around the reboot: ${reboots} hosts rebooted`);
  expect('each came to its end', broken.length === 0, broken);
}
