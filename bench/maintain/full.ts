import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { begin, bootId, expect, inHost, nodeNow, RAN, START, seconds, untilBootedAnew, untilClosed, withPods } from './host.ts';

/** One whole `maintain --reboot -- COMMAND`, with a delay lock as the kubelet holds one. */
export async function full(lab: Lab, host: LabHost): Promise<void> {
  await withPods(lab, host);
  await inHost(host, ['rm', '-f', RAN]);
  const lock = ['systemd-inhibit', '--what=shutdown', '--mode=delay', '--who=kubelet', '--why=bench', 'sleep', '600'];
  await inHost(host, ['systemd-run', '--quiet', '--unit=bench-delay', ...lock]);
  const before = await bootId(host);
  const began = performance.now();
  await begin(host, [...START, '--reboot', '--', 'sh', '-c', `echo once >> ${RAN}`]);
  let told = 0;
  await waitFor('the reboot', async () => {
    if ((await bootId(host)) !== before) return true;
    told = performance.now();
    return undefined;
  });
  const after = await untilBootedAnew(host, before);
  const booted = performance.now();
  expect('the node is cordoned after its boot', (await nodeNow(lab, host.name)).cordoned);
  const seen = { ready: 0 };
  const ready = waitFor(
    'Ready of this boot',
    async () => {
      const node = await nodeNow(lab, host.name);
      if (!node.ready || node.bootId !== after) return undefined;
      seen.ready = performance.now();
      return true;
    },
    { timeoutMs: 180_000, everyMs: 250 },
  );
  const open = waitFor('the uncordon', async () => ((await nodeNow(lab, host.name)).cordoned ? undefined : performance.now()), {
    timeoutMs: 300_000,
    everyMs: 250,
  });
  const [, uncordoned] = await Promise.all([ready, open]);
  await untilClosed(lab, host);
  const ran = (await inHost(host, ['cat', RAN])).stdout;
  expect('the command ran once', ran === 'once\n', ran);
  expect(`the boot id is another: ${before.slice(0, 8)} → ${after.slice(0, 8)}`, before !== after);
  expect('uncordoned only when its kubelet was Ready in this boot', uncordoned >= seen.ready, seen);
  const log = await inHost(host, ['journalctl', '-u', 'nodemend-maintain', '--no-pager', '-o', 'cat']);
  expect('it went on by itself', /rebooted: boot id/.test(log.stdout), log.stdout.slice(-800));
  console.log(
    `     drained, command run, rebooting after ${seconds(told - began)} s; up again after ${seconds(booted - began)} s`,
  );
  console.log(
    `     Ready of this boot after ${seconds(seen.ready - began)} s; validated and uncordoned after ${seconds(uncordoned - began)} s`,
  );
}
