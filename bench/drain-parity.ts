/**
 * Every situation of test/drain/situations.ts on a lab's API server, once with kubectl drain and once with nodemend drain: the same
 * pods evicted, the same verdict. Nodes and kubelets are played, so that a pod is what the table says; the API server, its admission
 * and the disruption controller are real.
 *
 *     npm run lab -- up --name mine && npm run bench:drain-parity -- --lab mine [--kubectl FILE] [--only TEXT]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { peopleApi } from '../agent/drain/people-api.ts';
import { operandsOf, type Situation } from '../test/drain/situation.ts';
import { situations } from '../test/drain/situations.ts';
import { openLab } from '../test/lab/lab.ts';
import { onlyDisruption } from './drain/controllers.ts';
import { asker, fixture } from './drain/fixture.ts';
import { proxyTo, type Upstream } from './drain/proxy.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    kubectl: { type: 'string', default: 'kubectl' },
    /** Instead of the source: a built program. */
    nodemend: { type: 'string' },
    /** For a program that cannot say its version. */
    'kubectl-minor': { type: 'string' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

type Tool = 'kubectl' | 'nodemend';
interface Ended {
  readonly fails: boolean;
  readonly gone: readonly string[];
  readonly isCordoned: boolean;
  readonly took: number;
  readonly requests: number;
  readonly writes: number;
  readonly said: string;
}

const lab = openLab(values.lab);
const directory = mkdtempSync(join(tmpdir(), 'drain-parity-'));
const ask = asker(await peopleApi([lab.kubeconfig], {}));
const policy = Number(lab.kubeletVersion.split('.')[1]) < 21 ? 'v1beta1' : 'v1';

async function upstream(): Promise<Upstream> {
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  const options = {};
  await config.applyToHTTPSOptions(options);
  return { server: config.getCurrentCluster()?.server ?? '', options };
}

const ours =
  values.nodemend === undefined ? [process.execPath, join(import.meta.dirname, '../agent/main.ts')] : [values.nodemend];
const argvOf = (tool: Tool, kubeconfig: string): readonly string[] =>
  tool === 'kubectl'
    ? [values.kubectl, `--kubeconfig=${kubeconfig}`, `--cache-dir=${kubeconfig}.cache`, 'drain']
    : [...ours, 'drain', '--kubeconfig', kubeconfig];

function runTool(argv: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const [program = '', ...rest] = argv;
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>();
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(String(chunk)));
  child.on('close', (code) => resolve({ code: code ?? 255, said: said.join('') }));
  return promise;
}

async function runOne(situation: Situation, tool: Tool, prefix: string): Promise<Ended> {
  const made = await fixture(ask, situation, prefix, policy);
  const proxy = await proxyTo(await upstream(), situation.troubles ?? [], join(directory, prefix));
  // A loaded machine takes seconds to start a program; until it acts, a slow kubelet is not slow.
  let stop: (() => Promise<void>) | undefined;
  void proxy.firstWrite.then(() => {
    stop = made.startKubelet();
  });
  const { opens } = situation;
  if (opens !== undefined) void proxy.firstRefusal.then(() => made.open(opens.labels));
  const started = performance.now();
  try {
    const operands = operandsOf(situation, made.names.node, prefix);
    const { code, said } = await runTool([...argvOf(tool, proxy.kubeconfig), ...operands]);
    const took = performance.now() - started;
    const left = await made.left();
    const gone = [...proxy.granted].filter((name) => left.has(name)).toSorted();
    return {
      fails: code !== 0,
      gone,
      isCordoned: await made.isCordoned(),
      took,
      requests: proxy.requests(),
      writes: proxy.writes.length,
      said,
    };
  } finally {
    await stop?.();
    proxy.close();
    await made.remove();
  }
}

interface Row {
  readonly name: string;
  readonly kubectl: Ended;
  readonly nodemend: Ended;
  readonly verdict: 'same' | 'differs as meant' | 'WRONG';
}

const words = ({ fails, gone }: Pick<Ended, 'fails' | 'gone'>) =>
  `${fails ? 'fails' : 'drained'}, gone: ${gone.join(' ') || 'none'}`;

/** Minor version of the kubectl beside us. */
async function kubectlMinor(): Promise<number> {
  if (values['kubectl-minor'] !== undefined) return Number(values['kubectl-minor']);
  const { said } = await runTool([values.kubectl, 'version', '--client', '-o', 'json']);
  return Number(/"gitVersion": "v1\.(\d+)/.exec(said)?.[1] ?? Number.NaN);
}

function judge(situation: Situation, kubectl: Ended, nodemend: Ended): Row['verdict'] {
  const theirs = minor >= (situation.kubectl?.until ?? Number.POSITIVE_INFINITY) ? undefined : situation.kubectl;
  const isOurs = words(nodemend) === words(situation) && nodemend.isCordoned === (situation.staysOpen !== true);
  const isTheirs = words(kubectl) === words(theirs ?? situation);
  if (!isOurs || !isTheirs) return 'WRONG';
  return theirs === undefined ? 'same' : 'differs as meant';
}

const chosen = situations.filter(({ name }) => name.includes(values.only ?? ''));
const rows: Row[] = [];
const minor = await kubectlMinor();
const queue = chosen.entries();
const restore = onlyDisruption(lab);
try {
  const worker = async () => {
    for (const [at, situation] of queue) {
      const stamp = `${Date.now().toString(36).slice(-5)}${at}`;
      const kubectl = await runOne(situation, 'kubectl', `k${stamp}`);
      const nodemend = await runOne(situation, 'nodemend', `n${stamp}`);
      const row = { name: situation.name, kubectl, nodemend, verdict: judge(situation, kubectl, nodemend) };
      rows.push(row);
      process.stdout.write(
        `${row.verdict.padEnd(18)} ${row.name}\n    kubectl:  ${words(kubectl)}\n    nodemend: ${words(nodemend)}\n`,
      );
      if (row.verdict === 'WRONG') process.stdout.write(`${kubectl.said}\n---\n${nodemend.said}\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
} finally {
  restore();
  rmSync(directory, { recursive: true, force: true });
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(rows, undefined, 1));
const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
process.stdout.write(
  `${rows.length} situations: ${count('same')} same, ${count('differs as meant')} differ as meant, ${count('WRONG')} wrong\n`,
);
const sum = (tool: Tool, what: 'requests' | 'writes') => rows.reduce((total, row) => total + row[tool][what], 0);
for (const tool of ['kubectl', 'nodemend'] as const) {
  process.stdout.write(`${tool}: ${sum(tool, 'requests')} requests, ${sum(tool, 'writes')} of them writes\n`);
}
process.exitCode = count('WRONG') === 0 ? 0 : 1;
