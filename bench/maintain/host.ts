import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { RunResult } from '../../test/lab/run.ts';
import { waitFor } from '../../test/lab/wait.ts';

export const NODEMEND = '/opt/nodemend/bin/nodemend';
export const JOURNAL = 'var/lib/nodemend/maintain.journal';
export const RAN = '/root/ran';

/** Two digits of a second. */
export const seconds = (ms: number): string => (ms / 1000).toFixed(1);

let failures = 0;
export function expect(what: string, holds: boolean, seen: unknown = ''): void {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : `: ${JSON.stringify(seen)?.slice(0, 800)}`}`);
}
export const failed = (): number => failures;

/** A person on the node has an administrator's kubeconfig. */
export function giveKubeconfig(host: LabHost, lab: Lab): void {
  const path = join(host.root, 'root/.kube/config');
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(lab.kubeconfig, path);
}

/** As a person types it; bare pods of the lab need --force. */
export const words = (...more: readonly string[]): readonly string[] => [
  'env',
  'HOME=/root',
  'NO_COLOR=1',
  NODEMEND,
  'maintain',
  ...more,
];
export const START = ['--force', '--delete-emptydir-data', '--grace-period=2', '--validate-for=5s', '--validate-within=4m'];

/** Never rejects: between two boots there is no host to run anything in. */
export async function inHost(host: LabHost, argv: readonly string[], timeoutMs = 30_000): Promise<RunResult> {
  try {
    return await host.exec(argv, { timeoutMs });
  } catch (error) {
    return { code: null, stdout: '', stderr: String(error), timedOut: false };
  }
}

export const maintain = (host: LabHost, more: readonly string[], timeoutMs = 300_000) => inHost(host, words(...more), timeoutMs);

const UNIT = 'bench-maintain';
/** What maintain has started goes on when it is killed, as in a session. */
const BESIDE = ['--property=KillMode=process'];

/** In a unit, as a person's session is one: what the lab runs in a host itself outlives the host's shutdown by minutes. */
export async function begin(host: LabHost, more: readonly string[]): Promise<void> {
  await inHost(host, ['systemctl', 'reset-failed', `${UNIT}.service`]);
  const { code, stderr } = await inHost(host, ['systemd-run', '--quiet', `--unit=${UNIT}`, ...BESIDE, ...words(...more)]);
  if (code !== 0) throw new Error(stderr);
}

/** SIGKILL for whatever is at work on a maintenance; what it started goes on. */
export const killIt = (host: LabHost) =>
  inHost(host, ['systemctl', 'kill', '--signal=KILL', '--kill-who=main', UNIT, 'nodemend-maintain']);

export async function bootId(host: LabHost): Promise<string> {
  return (await inHost(host, ['cat', '/proc/sys/kernel/random/boot_id'])).stdout.trim();
}

export interface NodeNow {
  readonly cordoned: boolean;
  readonly owner: string | undefined;
  readonly ready: boolean;
  readonly bootId: string;
}

interface NodeObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo: { readonly bootID: string };
  };
}

export async function nodeNow(lab: Lab, name: string): Promise<NodeNow> {
  const { metadata, spec, status } = (await lab.kubectlJson(['get', 'node', name])) as NodeObject;
  return {
    cordoned: spec.unschedulable === true,
    owner: metadata.annotations?.['nodemend.io/cordoned-by'],
    ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    bootId: status.nodeInfo.bootID,
  };
}

export const hasJournal = (host: LabHost): boolean => existsSync(join(host.root, JOURNAL));

/** What is left of a maintenance; empty: nothing. */
export async function leftOf(lab: Lab, host: LabHost): Promise<readonly string[]> {
  const node = await nodeNow(lab, host.name);
  const enabled = await inHost(host, ['systemctl', 'is-enabled', 'nodemend-maintain.service']);
  return [
    ...(node.cordoned ? [`cordoned by ${node.owner}`] : []),
    ...(node.owner !== undefined && !node.cordoned ? ['the annotation'] : []),
    ...(hasJournal(host) ? ['the journal'] : []),
    ...(enabled.code === 0 ? ['the unit'] : []),
  ];
}

export async function untilBootedAnew(host: LabHost, before: string, timeoutMs = 180_000): Promise<string> {
  return await waitFor(
    `another boot of ${host.name}`,
    async () => {
      const now = await bootId(host);
      return now !== '' && now !== before ? now : undefined;
    },
    { timeoutMs, everyMs: 200 },
  );
}

/** The pods that the lab's hosts need to be themselves again. */
export async function withPods(lab: Lab, host: LabHost): Promise<void> {
  await waitFor(`${host.name} to be Ready`, async () => ((await nodeNow(lab, host.name)).ready ? true : undefined), {
    timeoutMs: 120_000,
    everyMs: 500,
  });
  await lab.kubectl(['delete', 'pod', `on-${host.name}`, '--force', '--grace-period=0', '--ignore-not-found']);
  await lab.runPods({ name: `on-${host.name}`, count: 1, node: host.name, timeoutMs: 120_000 });
}

export async function untilClosed(lab: Lab, host: LabHost, timeoutMs = 300_000): Promise<void> {
  await waitFor('the maintenance to end', async () => (hasJournal(host) ? undefined : true), { timeoutMs, everyMs: 250 });
  await delay(300);
  expect('nothing of it is left', (await leftOf(lab, host)).length === 0, await leftOf(lab, host));
}
