/** `nodemend fleet` against an API server with thousands of Nodes: how long it takes, and how much memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { MiB } from '../lib/model/units.ts';
import { kubeconfigText } from '../test/kube/kubeconfig-text.ts';
import { describeLoad, quantile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '5000' },
    /** Of the API server, for each page: 500 Nodes out of etcd take a kube-apiserver about that long. */
    latency: { type: 'string', default: '100' },
    runs: { type: 'string', default: '20' },
    program: { type: 'string', default: join(import.meta.dirname, '../dist/nodemend') },
    limit: { type: 'string', default: '3' },
  },
});

interface Run {
  readonly seconds: number;
  /** Of all its threads: on a machine with others the time says little. */
  readonly cpu: number;
  readonly peakMiB: number;
  readonly out: string;
  readonly status: number | null;
}

function peakOf(pid: number): number {
  try {
    return (Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / MiB;
  } catch {
    return 0;
  }
}

/** In ticks of a hundredth. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

async function run(argv: readonly string[]): Promise<Run> {
  const began = performance.now();
  const child = spawn(values.program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let [out, peakMiB, cpu] = ['', 0, 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid ?? 0));
    cpu = Math.max(cpu, cpuOf(child.pid ?? 0));
  }, 20);
  const [status] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  return { seconds: (performance.now() - began) / 1000, cpu, peakMiB, out, status };
}

const server = spawn(process.execPath, [join(import.meta.dirname, 'fleet/api-server.ts'), values.nodes, values.latency], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const directory = mkdtempSync(join(tmpdir(), 'nodemend-fleet-'));
try {
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const { port, bytes } = JSON.parse(line) as { port: number; bytes: number };
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText({ server: `https://127.0.0.1:${port}` }));
  const runs: Run[] = [];
  for (let at = 0; at < Number(values.runs); at++) runs.push(await run(['fleet', '--kubeconfig', kubeconfig]));
  const json = await run(['fleet', '--kubeconfig', kubeconfig, '--json']);

  console.log(runs[0]?.out.split('\n').slice(0, 14).join('\n'));
  const seconds = runs.map((one) => one.seconds);
  const most = Math.max(...seconds);
  const rows = (runs[0]?.out ?? '').split('\n').filter((row) => /^ {2}ip-/.test(row)).length;
  console.log(
    `\n${values.nodes} nodes, ${(bytes / MiB).toFixed(0)} MiB of JSON, ${rows} rows, exit status ${runs[0]?.status}; ${describeLoad()}`,
  );
  console.log(
    `table: median ${quantile(seconds, 0.5).toFixed(2)} s, at most ${most.toFixed(2)} s of ${runs.length}; --json ${json.seconds.toFixed(2)} s`,
  );
  const cpus = runs.map(({ cpu }) => cpu);
  console.log(`CPU: median ${quantile(cpus, 0.5).toFixed(2)} s, at most ${Math.max(...cpus).toFixed(2)} s`);
  console.log(`memory at its peak: ${Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`);
  process.exitCode =
    most <= Number(values.limit) && rows === Number(values.nodes) && runs.every(({ status }) => status === 2) ? 0 : 1;
} finally {
  server.kill();
  rmSync(directory, { recursive: true });
}
