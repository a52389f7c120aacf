import type { LabHost } from '../../test/lab/host.ts';
import { installed, timed } from './look.ts';
import { tell } from './tell.ts';

/** Killed with everything it started, then run again: whatever it was doing, the next run ends with a healthy agent and no leftovers. */
export async function kills(host: LabHost, count: number): Promise<void> {
  let [fit, gone] = [0, 0];
  for (let at = 0; at < count; at += 1) {
    const from = at % 2 === 0 ? 'next' : 'release';
    const after = (0.3 + (at * 5) / count).toFixed(2);
    await host.exec(['sh', '-c', `timeout -s KILL ${after} /root/${from}/install.sh >/dev/null 2>&1`], { timeoutMs: 60_000 });
    if ((await host.exec(['systemctl', 'is-active', 'nodemend'])).code !== 0) gone += 1;
    const again = await timed(host, `/root/${from}/install.sh`);
    const state = await installed(host);
    if (again.code === 0 && / active nodemend nodemend\.previous$/.test(state)) fit += 1;
    else console.log(`  killed after ${after} s: ${again.code} ${again.stderr} ${state}`);
  }
  tell(
    `SIGKILL after 0.3 to 5.3 s, ${count} times, and run again`,
    fit === count,
    `${fit} of ${count} times ready and tidy; ${gone} times no agent ran until then`,
  );
}
