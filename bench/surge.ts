/**
 * I4 on a lab: ready replicas by a watch at full rate through a drain of the node on which they are, by `nodemend drain --mode surge`,
 * by `nodemend maintain --mode surge --reboot` on the node, by kubectl drain and by the method of kubectl-safe-drain (cordon, and a stamp in every pod template at once).
 *
 *     npm run lab -- up --name surge --nodes 3 && npm run bench:surge -- --lab surge [--json FILE]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { waitFor } from '../test/lab/wait.ts';
import { describeLoad } from './statistics.ts';
import { prepare, surgeAndAbort, surgeAndReboot } from './surge/maintain.ts';
import { type Lowest, watchReady } from './surge/watch.ts';
import { type BenchWorkload, deployments, manifest, statefulSet } from './surge/workloads.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    only: { type: 'string' },
    json: { type: 'string' },
    /** What the drains say. */
    verbose: { type: 'boolean', default: false },
  },
});

const lab = openLab(values.lab);
const [victim = '', second = '', ...others] = lab.hosts.map(({ name }) => name);
const NAMESPACE = 'surge-bench';

async function kubectl(argv: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await lab.kubectl(argv, { timeoutMs: 120_000, ...(input === undefined ? {} : { input }) });
  if (code !== 0) throw new Error(`kubectl ${argv.join(' ')}: ${stderr}`);
  return stdout;
}

const inNamespace = (...argv: string[]) => kubectl(['-n', NAMESPACE, ...argv]);

async function apply(objects: readonly object[]): Promise<void> {
  await kubectl(['-n', NAMESPACE, 'apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

interface Status {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number; readonly replicas?: number; readonly observedGeneration?: number };
}

async function allReady(workloads: readonly BenchWorkload[], count: (workload: BenchWorkload) => number): Promise<void> {
  await waitFor(
    'the pods to be ready',
    async () => {
      const { items } = JSON.parse(await inNamespace('get', 'deployments,statefulsets', '-o', 'json')) as {
        items: readonly Status[];
      };
      const isReady = (one: BenchWorkload) => {
        const status = items.find(({ metadata }) => metadata.name === one.name)?.status;
        return status?.readyReplicas === count(one) && status.replicas === count(one);
      };
      return workloads.every(isReady) ? true : undefined;
    },
    { timeoutMs: 300_000, everyMs: 1000 },
  );
}

/** Pods on the victim, but for one of those that are to have one elsewhere. */
async function deploy(workloads: readonly BenchWorkload[]): Promise<void> {
  const here = ({ replicas, placed }: BenchWorkload) => (placed === 'all on it' ? replicas : replicas - 1);
  const rest = [second, ...others];
  await kubectl(['uncordon', victim]);
  await kubectl(['cordon', ...rest]);
  await apply(workloads.map((one) => manifest(one, here(one))));
  await allReady(workloads, here);
  await kubectl(['uncordon', ...rest]);
  await kubectl(['cordon', victim]);
  await apply(workloads.map((one) => manifest(one, one.replicas)));
  await allReady(workloads, ({ replicas }) => replicas);
  await kubectl(['uncordon', victim]);
}

async function clean(): Promise<void> {
  await inNamespace('delete', 'deployments,statefulsets', '--all', '--ignore-not-found', '--wait=false');
  await waitFor(
    'the pods to go',
    async () => ((await inNamespace('get', 'pods', '-o', 'name')).trim() === '' ? true : undefined),
    {
      timeoutMs: 120_000,
      everyMs: 1000,
    },
  );
}

interface Run {
  readonly code: number;
  readonly said: string;
}

function run(argv: readonly string[], onSaid: (text: string, kill: () => void) => void = () => undefined): Promise<Run> {
  const [program = '', ...rest] = argv;
  const { promise, resolve } = Promise.withResolvers<Run>();
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 900_000 });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (values.verbose) process.stderr.write(chunk);
      onSaid(said, () => child.kill('SIGKILL'));
    });
  }
  child.on('close', (code) => resolve({ code: code ?? 255, said }));
  return promise;
}

const main = join(import.meta.dirname, '../agent/main.ts');
const nodemend = (...argv: string[]) => [process.execPath, main, ...argv, '--kubeconfig', lab.kubeconfig];
const surge = (...more: string[]) =>
  nodemend('drain', victim, '--mode', 'surge', '--ignore-daemonsets', '--surge-timeout', '3m', ...more);

/** kubectl-safe-drain's way, as its source has it: all at once, Deployments and StatefulSets alike, then waits for the pods to be others. */
async function safeDrain(workloads: readonly BenchWorkload[]): Promise<Run> {
  await kubectl(['cordon', victim]);
  const patch = JSON.stringify({
    spec: { template: { metadata: { annotations: { 'fleet.io/safe-drain': String(Date.now()) } } } },
  });
  await Promise.all(workloads.map(({ kind, name }) => inNamespace('patch', kind, name, '--type=merge', '-p', patch)));
  const query = ['get', 'pods', '-o', 'name', '--field-selector', `spec.nodeName=${victim}`];
  await waitFor('the pods to leave', async () => ((await inNamespace(...query)).trim() === '' ? true : undefined), {
    timeoutMs: 300_000,
    everyMs: 1000,
  });
  return { code: 0, said: '' };
}

interface Row {
  readonly method: string;
  readonly workload: BenchWorkload;
  readonly lowest: number;
  readonly lowestStatus: number;
  readonly missing: number;
  readonly made: number;
  readonly code: number;
  readonly seconds: number;
}

type Method = (workloads: readonly BenchWorkload[]) => Promise<Run>;

async function measure(method: string, workloads: readonly BenchWorkload[], how: Method): Promise<readonly Row[]> {
  await clean();
  await deploy(workloads);
  const watch = watchReady(lab.kubeconfig, NAMESPACE);
  const seesAll = async () => (workloads.every(({ name, replicas }) => watch.ready(name) === replicas) ? true : undefined);
  await waitFor('the watch to have told of every pod', seesAll, { timeoutMs: 120_000 });
  await sleep(1000);
  watch.begin();
  const began = performance.now();
  const { code, said } = await how(workloads);
  const seconds = (performance.now() - began) / 1000;
  await allReady(workloads, ({ replicas }) => replicas);
  await sleep(2000);
  const seen: Lowest = watch.end();
  await kubectl(['uncordon', victim]);
  console.error(`${method}: exit status ${code} after ${seconds.toFixed(0)} s, ${seen.events} events, ${describeLoad()}`);
  if (code !== 0) console.error(said.split('\n').slice(-12).join('\n'));
  return workloads.map((workload) => ({
    method,
    workload,
    lowest: seen.pods.get(workload.name) ?? workload.replicas,
    lowestStatus: seen.status.get(workload.name) ?? workload.replicas,
    missing: seen.missing.get(workload.name) ?? 0,
    made: seen.made.get(workload.name) ?? 0,
    code,
    seconds,
  }));
}

/** Killed in the midst of it, when the first pod is evicted; what it left is undone by `uncordon`. */
async function killed(): Promise<Run> {
  const first = await run(surge(), (said, kill) => {
    if (said.includes('evicting pod')) kill();
  });
  const marked = (await inNamespace('get', 'deployments', '-o', 'json')).split('nodemend.io/surge').length - 1;
  const undone = await run(nodemend('uncordon', victim));
  const left = (await inNamespace('get', 'deployments', '-o', 'json')).split('nodemend.io/surge').length - 1;
  console.error(`killed (${first.code}) with ${marked} marks of it left; uncordon: ${undone.code}, ${left} left\n${undone.said}`);
  return { code: left === 0 ? undone.code : 1, said: undone.said };
}

const marks = async () => (await inNamespace('get', 'deployments', '-o', 'json')).split('"nodemend.io/surge":').length - 1;

const methods: readonly (readonly [string, readonly BenchWorkload[], Method])[] = [
  ['surge', deployments, () => run(surge())],
  [
    'kubectl drain',
    deployments,
    () => run(['kubectl', `--kubeconfig=${lab.kubeconfig}`, 'drain', victim, '--ignore-daemonsets']),
  ],
  ['safe-drain', deployments, safeDrain],
  ['surge, SIGKILL, uncordon', deployments, killed],
  ['surge: maintain --reboot', deployments, () => surgeAndReboot(lab, lab.host(victim))],
  ['surge: maintain, SIGKILL, --abort', deployments, () => surgeAndAbort(lab, lab.host(victim), marks)],
  ['surge of a StatefulSet', [statefulSet], () => run(surge())],
  ['surge --accept-gap', [statefulSet], () => run(surge('--accept-gap'))],
  [
    'kubectl drain',
    [statefulSet],
    () => run(['kubectl', `--kubeconfig=${lab.kubeconfig}`, 'drain', victim, '--ignore-daemonsets']),
  ],
  ['safe-drain', [statefulSet], safeDrain],
];

function show({ method, workload, lowest, lowestStatus, missing, made, code, seconds }: Row): void {
  const { kind, replicas, strategy, placed } = workload;
  console.log(
    `| ${method} | ${kind} of ${replicas}, ${strategy}, ${placed} | ${replicas} | ${lowest} | ${lowestStatus} | ${missing.toFixed(1)} s | ${made} | ${code} | ${seconds.toFixed(0)} s |`,
  );
}

const isWanted = (name: string) => values.only === undefined || name.includes(values.only);
if (methods.some(([name]) => name.includes('maintain') && isWanted(name))) await prepare(lab, lab.host(victim));
const rows: Row[] = [];
// The lab's own pods that nobody makes anew would need --force.
await lab.kubectl(['delete', 'pods', '--all', '--namespace=default', '--wait=false']);
await lab.kubectl(['create', 'namespace', NAMESPACE]);
console.log(`${lab.kubeletVersion}, ${lab.hosts.length} nodes, ${describeLoad()}`);
console.log(
  '| method | workload | wanted | fewest ready | status.readyReplicas | short for | pods made | exit | took |\n|---|---|---|---|---|---|---|---|---|',
);
for (const [name, workloads, how] of methods) {
  if (!isWanted(name)) continue;
  const measured = await measure(name, workloads, how);
  for (const row of measured) show(row);
  rows.push(...measured);
}
await clean();
await kubectl(['delete', 'namespace', NAMESPACE]);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(rows));
const isBad = ({ method, workload, lowest }: Row) =>
  method.startsWith('surge') && workload.kind === 'Deployment' && lowest < workload.replicas;
process.exitCode = rows.some(isBad) ? 1 : 0;
