/** `nodemend failover` against a kubelet that is really killed: every stage foretold, and when the API server's watch showed it. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { FailoverReport } from '../agent/output/failover-report.ts';
import { controlPlaneGroup } from '../test/lab/control-plane.ts';
import { configureKubelet, defaultKubeletConfig } from '../test/lab/kubelet.ts';
import { openLab } from '../test/lab/lab.ts';
import { launch } from '../test/lab/launch.ts';
import { cgroupsOf } from '../test/lab/paths.ts';
import { isReady } from '../test/lab/up.ts';
import { waitFor } from '../test/lab/wait.ts';
import { compare, errorOf, isGood, lastHeartbeat, type Row } from './failover/compare.ts';
import { watchAll } from './failover/watch.ts';
import { staticPod, workloads } from './failover/workloads.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    runs: { type: 'string', default: '5' },
    'keep-controller-manager': { type: 'boolean', default: false },
  },
});

const lab = openLab(values.lab);
const victim = lab.host('node1');
const other = lab.host('node2');
const manifest = join(victim.root, 'etc/kubernetes/manifests/fo-static.json');

async function kubectl(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.kubectl(argv, { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`kubectl ${argv.join(' ')}: ${stderr}`);
  return stdout;
}

interface PodList {
  readonly items: readonly { readonly metadata: { readonly name: string }; readonly status: { readonly phase: string } }[];
}

async function ours(): Promise<PodList['items']> {
  const { items } = (await lab.kubectlJson(['get', 'pods'])) as PodList;
  return items.filter(({ metadata }) => metadata.name.startsWith('fo-'));
}

/** All on the node that is to die, all running. */
async function deploy(): Promise<void> {
  await kubectl('cordon', other.name);
  writeFileSync(manifest, staticPod);
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: workloads });
  const applied = await lab.kubectl(['apply', '-f', '-'], { input: list });
  if (applied.code !== 0) throw new Error(applied.stderr);
  // Two of the Deployment, two of the DaemonSet, one of each other kind.
  await waitFor('the pods', async () => {
    const pods = await ours();
    return pods.length >= 9 && pods.every(({ status }) => status.phase === 'Running') ? true : undefined;
  });
  await kubectl('uncordon', other.name);
}

async function cleanUp(): Promise<void> {
  rmSync(manifest, { force: true });
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: workloads });
  await lab.kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], { input: list });
  await waitFor('the pods to go', async () => ((await ours()).length === 0 ? true : undefined), { timeoutMs: 90_000 });
}

async function foretell(): Promise<FailoverReport> {
  const main = join(import.meta.dirname, '../agent/main.ts');
  const argv = [main, 'failover', victim.name, '--kubeconfig', lab.kubeconfig, '--json'];
  return JSON.parse((await promisify(execFile)(process.execPath, argv)).stdout) as FailoverReport;
}

/** A controller manager before 1.20.5 keeps dead entries in its taint queue (kubernetes#94183): the cure that `failover` names. */
async function restartControllerManager(): Promise<void> {
  const pid = lab.controlPlane('kube-controller-manager');
  const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').split('\0');
  process.kill(pid);
  await waitFor('its end', async () => (existsSync(`/proc/${pid}/exe`) ? undefined : true));
  launch(cgroupsOf(lab.name, controlPlaneGroup), argv, join(lab.directory, 'logs/kube-controller-manager.log'));
  await sleep(10_000);
}

async function run(): Promise<readonly Row[]> {
  await deploy();
  if (!values['keep-controller-manager']) await restartControllerManager();
  const report = await foretell();
  const guessed = report.parameters.filter(({ origin }) => origin === 'assumed').map(({ name }) => name);
  if (guessed.length > 0) console.error(`assumed: ${guessed.join(', ')}; ${report.unseen.join('; ')}`);
  const { seen, end } = watchAll(lab.kubeconfig, victim.name);
  try {
    // A heartbeat or two must be seen, and the kill fall anywhere between them.
    await sleep((report.heartbeatSeconds * 2 + 1 + Math.random() * report.heartbeatSeconds) * 1000);
    const killedAt = Date.now();
    await victim.sh('systemctl kill -s KILL kubelet; systemctl stop kubelet');
    const last = Math.max(...report.timeline.map(({ latestSeconds }) => latestSeconds));
    await sleep((last + 8) * 1000);
    const start = lastHeartbeat(seen, victim.name, Date.now());
    return compare(report, seen, start, killedAt);
  } finally {
    end();
    await victim.sh('systemctl start kubelet');
    await waitFor('the node', async () => ((await isReady(lab.state, victim.name)) ? true : undefined), { timeoutMs: 90_000 });
    await cleanUp();
  }
}

const span = ({ foretold }: Row): string =>
  foretold === null ? 'never' : `${foretold.earliestSeconds.toFixed(1)} – ${foretold.latestSeconds.toFixed(1)}`;
const seconds = (value: number | null): string => (value === null ? 'never' : value.toFixed(1));

function table(runs: readonly (readonly Row[])[]): void {
  const [first = []] = runs;
  console.log(`| stage | foretold, s | seen, s (${runs.length} runs) | largest error | |\n| --- | --- | --- | --- | --- |`);
  for (const [index, row] of first.entries()) {
    const rows = runs.flatMap((one) => one[index] ?? []);
    const errors = rows.map((one) => Math.abs(errorOf(one)?.seconds ?? 0));
    const verdict = rows.every(isGood) ? 'good' : 'BAD';
    const shown = rows.map(({ seen }) => seconds(seen)).join(', ');
    console.log(
      `| ${row.stage} | ${span(row)} | ${shown} | ${row.foretold === null ? '' : `${Math.max(...errors).toFixed(1)} s`} | ${verdict} |`,
    );
  }
}

// A Lease every 4 s, so that a short grace period still means four of them.
const config = defaultKubeletConfig(lab.state);
const settings = {
  config: `${config}nodeLeaseDurationSeconds: 16\nnodeStatusUpdateFrequency: 4s\nnodeStatusReportFrequency: 1m\n`,
};
for (const host of [victim, other]) await configureKubelet(lab.state, host, settings);
await cleanUp();

const runs: (readonly Row[])[] = [];
while (runs.length < Number(values.runs)) {
  runs.push(await run());
  console.error(`run ${runs.length}: ${runs.at(-1)?.every(isGood) === true ? 'good' : 'BAD'}`);
}
console.log(`${lab.kubeletVersion}, ${victim.runtime}, ${describeLoad()}`);
table(runs);
process.exitCode = runs.flat().every(isGood) ? 0 : 1;
