import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { inHost, statusOf } from '../repairs/agent-on-host.ts';

const STATE = '/var/lib/nodemend/monitors.json';
/** After its start the agent hears every check before it decides anything. */
const INFORMED = 21_000;

/** What earlier lines began is forgotten; where the ring was read to is not, or they would be read again. */
function forgetClaims(host: LabHost): void {
  const path = inHost(host, STATE);
  const state = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, `${JSON.stringify({ ...state, claims: [], engines: {} })}\n`);
}

/** Another kernel has other numbers for its lines. */
export async function strangerToKernel(host: LabHost, change: () => Promise<void>): Promise<void> {
  await host.sh('systemctl stop nodemend', { timeoutMs: 60_000 });
  rmSync(inHost(host, STATE), { force: true });
  await change();
  await host.sh('systemctl start nodemend', { timeoutMs: 60_000 });
  await sleep(5000);
}

/** An agent to whom the next line is the first of its kind, and who has looked at everything once. */
export async function unspokenAgent(host: LabHost): Promise<void> {
  await host.sh('systemctl stop nodemend', { timeoutMs: 60_000 });
  forgetClaims(host);
  await host.sh('systemctl start nodemend', { timeoutMs: 60_000 });
  await sleep(INFORMED);
  const looked = async () => {
    const checks = statusOf(host)?.checks ?? [];
    return checks.length > 0 && checks.every(({ lastRun }) => lastRun !== null) ? true : undefined;
  };
  await waitFor('every check to have run', looked);
}
