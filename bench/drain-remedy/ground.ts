import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { type Kernel, realKernel, standInKernel } from '../line-to-condition/kernel.ts';
import { freshAgent, inHost, installAgent, statusOf } from '../repairs/agent-on-host.ts';
import { giveIdentity } from '../repairs/identity.ts';
import { placeMonitor } from './line.ts';
import { kubectl } from './pods.ts';

const STATE = '/var/lib/nodemend';

export interface Ground {
  readonly lab: Lab;
  /** The node that is drained, and the one that takes its pods. */
  readonly host: LabHost;
  readonly other: LabHost | undefined;
  readonly kernel: Kernel;
}

/** No ladder goes by a line that any process may have written to the ring; a condition that the operator named does. */
const WAYS = {
  condition: { conditions: '[ReadonlyFilesystem, LabTrouble]', ladder: '[]' },
  ladder: { conditions: '[]', ladder: '[drain, reboot]' },
};

export const configOf = (drain: string, more = '', way: keyof typeof WAYS = 'condition'): string => `monitors: { defaults: true }
ladders: { ReadonlyFilesystem: ${WAYS[way].ladder}, KubeletUnhealthy: [], PLEGUnhealthy: [] }
checks: { mounts: { interval: 2s }, drain-conditions: { interval: 2s } }
remedies:
  drain: { enabled: true, conditions: ${WAYS[way].conditions}, cooldown: 5s, maxCordoned: 2, maxGracePeriod: 30s, nodeSelector: "draino in (master, node)", ${drain} }
${more}`;

export async function layGround(lab: Lab, dist: string | undefined, real: boolean): Promise<Ground> {
  const [host, other] = lab.hosts;
  if (host === undefined) throw new Error('a lab without nodes');
  await installAgent(host, dist);
  await giveIdentity(host, lab);
  for (const one of lab.hosts) await kubectl(lab, 'label', '--overwrite', 'node', one.name, 'draino=node');
  // Whoever reads the one kernel keeps it from being taken away.
  await host.sh('systemctl stop nodemend', { timeoutMs: 60_000 });
  // In the machine's own ring only a line of which nobody else's node makes anything.
  if (real) placeMonitor(lab, host);
  const kernel = real ? await realKernel(host) : await standInKernel(host);
  return { lab, host, other, kernel };
}

/** An agent without a past, that has looked at everything once, on a node of which nobody says anything. */
export async function startAgent(ground: Ground, config: string): Promise<void> {
  const { host, lab } = ground;
  await host.sh('systemctl stop nodemend nodemend-move-work; true', { timeoutMs: 60_000 });
  for (const name of ['monitors.json', 'move-work']) rmSync(inHost(host, `${STATE}/${name}`), { recursive: true, force: true });
  mkdirSync(inHost(host, STATE), { recursive: true });
  await forget(lab, host);
  await freshAgent(host, config);
  const looked = async () => {
    const status = statusOf(host);
    if (status === undefined || Date.now() - Date.parse(status.time) > 30_000) return undefined;
    return status.checks.every(({ lastRun }) => lastRun !== null) ? true : undefined;
  };
  await waitFor('every check to have run', looked, { timeoutMs: 120_000, everyMs: 500 });
}

/** What earlier runs left on the Node and among the Leases. */
async function forget(lab: Lab, host: LabHost): Promise<void> {
  await lab.kubectl(['delete', 'leases', '--all', '-n', 'nodemend']);
  await lab.kubectl(['delete', 'events', '--all', '-n', 'default']);
  const patch = {
    status: {
      conditions: ['DrainScheduled', 'ReadonlyFilesystem', 'LabTrouble'].map((type) => ({ type, $patch: 'delete' })),
    },
  };
  await lab.kubectl(['patch', 'node', host.name, '--subresource=status', '--type=strategic', '-p', JSON.stringify(patch)]);
}

export function recordOf(host: LabHost): MoveRecord | undefined {
  try {
    return JSON.parse(readFileSync(inHost(host, `${STATE}/move-work/record.json`), 'utf8')) as MoveRecord;
  } catch {
    return undefined;
  }
}

export async function untilStage({ host }: Ground, stages: readonly string[], timeoutMs = 180_000): Promise<MoveRecord> {
  return await waitFor(
    `the drain to be ${stages.join(' or ')}`,
    async () => {
      const record = recordOf(host);
      return record !== undefined && stages.includes(record.stage) ? record : undefined;
    },
    { timeoutMs, everyMs: 250 },
  );
}
