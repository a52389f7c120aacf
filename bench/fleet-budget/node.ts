import { setTimeout as sleep } from 'node:timers/promises';
import { property } from '../../test/lab/faults/shared/unit.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { ledgerOf, statusOf } from '../repairs/agent-on-host.ts';

/** Without live-restore a restart of docker ends its containers: a remedy of class workload that can be had in seconds. */
export const CONFIG = (
  fleet: string,
  breaker = '',
) => `remedies: { restart-runtime: { enabled: true, disruption: workload, cooldown: 10s, attempts: 9 } }
guards: { fleet: ${fleet}${breaker === '' ? '' : `, breaker: ${breaker}`} }
`;

export async function liveRestore(host: LabHost, on: boolean): Promise<void> {
  await host.sh(`sed -i 's/"live-restore": [a-z]*/"live-restore": ${on}/' /etc/docker/daemon.json && systemctl restart docker`, {
    timeoutMs: 120_000,
  });
}

export const hang = (host: LabHost) => host.sh('systemctl kill -s STOP --kill-who=main docker');
export const mend = (host: LabHost) => host.sh('systemctl kill -s CONT --kill-who=main docker || true');
export const runOf = (host: LabHost) => property(host, 'docker', 'InvocationID');

/** From and to in the machine's uptime, which all hosts of a lab share. */
export interface Remedy {
  readonly host: string;
  readonly from: number;
  readonly to: number;
}

export async function remediesOf(host: LabHost, since: number): Promise<readonly Remedy[]> {
  const entries = (await ledgerOf(host)).filter(({ at }) => at >= since);
  return entries.flatMap((entry) => {
    if (entry.kind !== 'intent' || entry.plan.length === 0) return [];
    const end = entries.find((other) => other.kind === 'outcome' && other.action === entry.action);
    return [{ host: host.name, from: entry.machineUp, to: end?.machineUp ?? Number.POSITIVE_INFINITY }];
  });
}

/** How many were at it at the same moment, at most. */
export function mostAtOnce(remedies: readonly Remedy[]): number {
  const during = (moment: number) => remedies.filter(({ from, to }) => from <= moment && moment < to).length;
  return Math.max(0, ...remedies.map(({ from }) => during(from)));
}

export function holdsOf(host: LabHost): readonly { readonly id: string; readonly why: string }[] {
  const found = statusOf(host)?.problems.find(({ type, state }) => type === 'ContainerRuntimeUnhealthy' && state === 'active');
  return found?.holds ?? [];
}

export const heldBy = (host: LabHost, id: string) => holdsOf(host).find((hold) => hold.id === id)?.why;

export async function untilHeldBy(host: LabHost, id: string, timeoutMs = 120_000): Promise<string> {
  return await waitFor(`${host.name} to be held by ${id}`, async () => heldBy(host, id), { timeoutMs, everyMs: 500 });
}

/** Docker runs anew. */
export async function untilRestarted(host: LabHost, before: string, timeoutMs: number): Promise<number> {
  const began = Date.now();
  const restarted = async () => {
    const now = await runOf(host);
    return now !== before && now !== '' ? true : undefined;
  };
  await waitFor(`${host.name} to restart docker`, restarted, { timeoutMs, everyMs: 1000 });
  return (Date.now() - began) / 1000;
}

export interface LabLease {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

export async function leasesOf(lab: Lab): Promise<readonly LabLease[]> {
  const { items } = (await lab.kubectlJson(['-n', 'nodemend', 'get', 'leases'])) as { readonly items: readonly LabLease[] };
  return items;
}

export const claimOf = ({ metadata: { labels = {} } }: LabLease) => labels['nodemend.io/remedy'];

export async function watchFor(seconds: number, look: () => void | Promise<void>): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 2) {
    await look();
    await sleep(2000);
  }
}
