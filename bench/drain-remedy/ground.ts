import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { type Kernel, realKernel, standInKernel } from '../line-to-condition/kernel.ts';
import { freshAgent, inHost, installAgent, statusOf } from '../repairs/agent-on-host.ts';
import { giveIdentity } from '../repairs/identity.ts';

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
  condition: { conditions: '[ReadonlyFilesystem]', ladder: '[]' },
  ladder: { conditions: '[]', ladder: '[drain, reboot]' },
};

export const configOf = (drain: string, more = '', way: keyof typeof WAYS = 'condition'): string => `monitors: { defaults: true }
ladders: { ReadonlyFilesystem: ${WAYS[way].ladder}, KubeletUnhealthy: [], PLEGUnhealthy: [] }
checks: { mounts: { interval: 2s }, drain-conditions: { interval: 2s } }
remedies:
  drain: { enabled: true, conditions: ${WAYS[way].conditions}, cooldown: 5s, maxCordoned: 2, maxGracePeriod: 30s, nodeSelector: "draino in (master, node)", ${drain} }
${more}`;

export async function kubectl(lab: Lab, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.kubectl(words, { timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

export async function layGround(lab: Lab, dist: string | undefined, real: boolean): Promise<Ground> {
  const [host, other] = lab.hosts;
  if (host === undefined) throw new Error('a lab without nodes');
  await installAgent(host, dist);
  await giveIdentity(host, lab);
  for (const one of lab.hosts) await kubectl(lab, 'label', '--overwrite', 'node', one.name, 'draino=node');
  const kernel = real ? await realKernel(host) : await standInKernel(host);
  return { lab, host, other, kernel };
}

const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never', command: ['/bin/sh', '-c'] };
const LIVES = ['trap "exit 0" TERM; while true; do sleep 0.2; done'];

function workload(kind: 'Deployment' | 'DaemonSet', name: string, replicas?: number): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { hostNetwork: true, terminationGracePeriodSeconds: 10, containers: [{ ...container, args: LIVES }] },
  };
  const wanted = { selector: { matchLabels: labels }, template, ...(replicas === undefined ? {} : { replicas }) };
  return { apiVersion: 'apps/v1', kind, metadata: { name, labels }, spec: wanted };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly nodeName?: string };
    readonly status: { readonly phase: string };
  }[];
}

export async function podsOn(lab: Lab, node: string, app?: string): Promise<PodList['items']> {
  const selector = app === undefined ? [] : ['-l', `app=${app}`];
  const query = ['get', 'pods', '-n', 'default', ...selector, `--field-selector=spec.nodeName=${node}`];
  return ((await lab.kubectlJson(query)) as PodList).items;
}

const COUNT = 4;

/** All pods of a Deployment on the first node, beside one of a DaemonSet; both nodes open. */
export async function fillNode({ lab, host, other }: Ground): Promise<readonly string[]> {
  for (const one of lab.hosts) await kubectl(lab, 'uncordon', one.name);
  await kubectl(lab, 'annotate', 'node', host.name, 'nodemend.io/cordoned-by-', 'nodemend.io/moved-for-');
  await kubectl(
    lab,
    'delete',
    'deployment,statefulset,pod',
    '--all',
    '-n',
    'default',
    '--wait=true',
    '--grace-period=1',
    '--ignore-not-found',
  );
  if (other !== undefined) await kubectl(lab, 'cordon', other.name);
  const items = [workload('Deployment', 'web', COUNT), workload('DaemonSet', 'everywhere')];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const applied = await lab.kubectl(['apply', '-n', 'default', '-f', '-'], { input });
  if (applied.code !== 0) throw new Error(applied.stderr);
  const names = await waitFor(
    'the pods on the first node',
    async () => {
      const all = await podsOn(lab, host.name);
      const running = all.filter(
        ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
      );
      return running.length >= COUNT + 1 ? running.map(({ metadata }) => metadata.name) : undefined;
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  if (other !== undefined) await kubectl(lab, 'uncordon', other.name);
  return names.filter((name) => name.startsWith('web-'));
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
      conditions: ['DrainScheduled', 'ReadonlyFilesystem', 'KernelDeadlock'].map((type) => ({ type, $patch: 'delete' })),
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
