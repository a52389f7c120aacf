import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readLedger } from '../lib/ledger/read.ts';
import { isKind, type LedgerEntry } from '../lib/model/incident.ts';
import { openIncidents, unfinished } from '../lib/policy/still-open.ts';
import { kubeconfigText } from '../test/kube/kubeconfig-text.ts';
import { property } from '../test/lab/faults/shared/unit.ts';
import type { LabHost } from '../test/lab/host.ts';
import { type Lab, openLab } from '../test/lab/lab.ts';
import { waitFor } from '../test/lab/wait.ts';
import { freshAgent, inHost, installAgent, untilCalm } from './repairs/agent-on-host.ts';
import { changesBetween, containersOf } from './repairs/containers.ts';
import { runReadyPods } from './repairs/pods.ts';

export interface LabKills {
  kills: number;
  hangs: number;
  midRepair: number;
  restarts: number;
  /** Containers before each hang, together. */
  containers: number;
  readonly broken: string[];
}

const BUDGET = 3;
const MOST_PER_HANG = 4;

/** Without Leases one remedy in ten minutes is all that is allowed: an agent killed before it acted would wait for the next. */
async function ownIdentity(lab: Lab, host: LabHost): Promise<void> {
  const manifests = await host.sh('/opt/nodemend/nodemend rbac --token');
  await lab.kubectl(['apply', '-f', '-'], { input: manifests });
  const secret = await waitFor('the token', async () => {
    const { data } = (await lab.kubectlJson(['-n', 'nodemend', 'get', 'secret', 'nodemend-token'])) as {
      data?: { token?: string; 'ca.crt'?: string };
    };
    return data?.token === undefined ? undefined : data;
  });
  const token = Buffer.from(secret.token ?? '', 'base64').toString();
  const cluster = [`certificate-authority-data: ${secret['ca.crt']}`];
  const text = kubeconfigText({ server: lab.apiServer, cluster, user: [`token: ${token}`] });
  writeFileSync(join(host.root, 'etc/nodemend/kubeconfig'), text, { mode: 0o600 });
}

const read = async (host: LabHost) =>
  await readLedger(['/var/lib/nodemend/ledger', '/run/nodemend/ledger'].map((path) => inHost(host, path)));

const intentsOf = (entries: readonly LedgerEntry[]) => entries.filter(isKind('intent'));

async function answers(host: LabHost): Promise<boolean> {
  const { code } = await host.exec(['timeout', '5', 'docker', 'ps', '-q']);
  return code === 0;
}

/** One hang of docker, with agents killed in it until docker answers again or enough of them have died. */
async function oneHang(lab: Lab, host: LabHost, seen: LabKills, left: number): Promise<void> {
  await freshAgent(host, undefined);
  await untilCalm(host, lab, 600_000);
  const before = containersOf(host);
  const old = await property(host, 'docker', 'MainPID');
  const began = (await host.sh('date +%s')).trim();
  await host.sh(`kill -STOP ${old}`);
  const broken: string[] = [];

  for (let killed = 0; killed < Math.min(left, MOST_PER_HANG) && (killed === 0 || !(await answers(host))); killed += 1) {
    await delay(Math.random() * 25_000);
    const main = await waitFor('the agent', async () => {
      const pid = await property(host, 'nodemend', 'MainPID');
      return pid === '0' ? undefined : pid;
    });
    await host.exec(['kill', '-KILL', main]);
    seen.kills += 1;
    const { entries, corrupt, failures } = await read(host);
    if (unfinished(entries).length > 0) seen.midRepair += 1;
    if (corrupt > 0 || failures.length > 0) broken.push(`${corrupt} damaged lines, ${failures.length} unreadable files`);
    if (intentsOf(entries).length > BUDGET) broken.push(`${intentsOf(entries).length} attempts`);
  }

  await waitFor('docker to answer', async () => ((await answers(host)) ? true : undefined), {
    timeoutMs: 300_000,
    everyMs: 2000,
  });
  const isOver = async () => {
    const { entries } = await read(host);
    const isOpen = openIncidents(entries).some(({ type }) => type === 'ContainerRuntimeUnhealthy');
    return unfinished(entries).length === 0 && !isOpen ? entries : undefined;
  };
  const entries = await waitFor('the incident to be closed', isOver, { timeoutMs: 300_000, everyMs: 2000 });
  const starts = await host.sh(`journalctl -u docker --since=@${began} -o cat | grep -c '^Started docker' || true`);
  const { lost } = changesBetween(before, containersOf(host));
  seen.hangs += 1;
  seen.restarts += Number(starts);
  seen.containers += before.length;
  if (Number(starts) > intentsOf(entries).length) broken.push(`${starts.trim()} restarts, ${intentsOf(entries).length} intents`);
  if (lost.length > 0) broken.push(`${lost.length} containers lost`);
  seen.broken.push(...broken.map((what) => `hang ${seen.hangs}: ${what}`));
  const acts = intentsOf(entries).map(({ remedy, action }) => {
    const end = entries.find((entry) => entry.kind === 'outcome' && entry.action === action);
    return `${remedy} ${end?.kind === 'outcome' ? end.outcome : '?'}`;
  });
  console.log(`hang ${seen.hangs}: ${seen.kills} kills so far; docker restarted ${starts.trim()} times; ${acts.join(', ')}`);
}

/** SIGKILL for the installed agent of a real node at random instants of its repairs; systemd starts it again. */
export async function killOnLab(name: string, kills: number): Promise<LabKills> {
  const lab = openLab(name);
  const host = lab.host(undefined);
  await installAgent(host);
  await ownIdentity(lab, host);
  await runReadyPods(lab, [host]);
  const seen: LabKills = { kills: 0, hangs: 0, midRepair: 0, restarts: 0, containers: 0, broken: [] };
  while (seen.kills < kills) await oneHang(lab, host, seen, kills - seen.kills);
  return seen;
}
