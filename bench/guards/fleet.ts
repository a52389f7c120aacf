import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { freshAgent, statusOf, untilCalm } from '../repairs/agent-on-host.ts';
import type { GuardCase } from './run.ts';

const signal = (host: LabHost, name: 'STOP' | 'CONT') => host.sh(`systemctl kill -s ${name} --kill-who=main docker`);

async function lookOn(hosts: readonly LabHost[], lab: Lab): Promise<void> {
  for (const host of hosts) await freshAgent(host, 'mode: observe\n');
  for (const host of hosts) await untilCalm(host, lab);
  for (const host of hosts) await signal(host, 'STOP');
  for (const host of hosts) {
    await waitFor(`${host.name} to tell of its trouble`, async () => (statusOf(host)?.health === 'Critical' ? true : undefined), {
      timeoutMs: 60_000,
      everyMs: 1000,
    });
  }
  await waitFor('two Leases', async () => {
    const { stdout } = await lab.kubectl(['-n', 'nodemend', 'get', 'leases', '-o', 'name']);
    return hosts.every(({ name }) => stdout.includes(`/${name}\n`)) ? true : undefined;
  });
}

/** Two of three nodes are in trouble and only look on; the third one must not act either. */
export const fleetCases: readonly GuardCase[] = [
  {
    name: 'fleet-breaker',
    guard: 'fleet-breaker',
    done: 'dockerd hung on two other nodes of three',
    begin: (_, lab) => lookOn(lab.hosts.slice(1), lab),
    end: async (_, lab) => {
      for (const host of lab.hosts.slice(1)) {
        await signal(host, 'CONT');
        await freshAgent(host, undefined);
      }
      await lab.kubectl(['-n', 'nodemend', 'delete', 'leases', '--all']);
    },
  },
];
