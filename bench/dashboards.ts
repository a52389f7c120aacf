/**
 * Every panel's query of the dashboards, and every rule, in a real Prometheus against the agents of a lab of five nodes, to which
 * something happens: a hung docker that is repaired, one that is held by a pause, a disk that fills. A query without an answer fails.
 *
 * The agents listen on loopback. Four are scraped through a relay in the network namespace of their host – a proxy, as it were –, the
 * last one through the file that it writes for node_exporter's textfile collector.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dockerdHung } from '../test/lab/faults/dockerd-hung.ts';
import { fillBytes, unfill } from '../test/lab/faults/shared/fill-disk.ts';
import type { LabHost } from '../test/lab/host.ts';
import { openLab } from '../test/lab/lab.ts';
import { printTable } from '../test/lab/table.ts';
import { filledIn, type PanelQuery, panelQueries } from './dashboards/panels.ts';
import { type Prometheus, type Series, startPrometheus, type Target } from './dashboards/prometheus.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    prometheus: { type: 'string', default: 'prometheus' },
    'node-exporter': { type: 'string', default: 'prometheus-node-exporter' },
    /** Minutes to wait for the last query to be answered. */
    patience: { type: 'string', default: '10' },
    /** For a look at it with a browser, until Enter. */
    keep: { type: 'boolean', default: false },
  },
});

const RELAY_PORT = 20_281;
const EXPORTER = '127.0.0.1:19100';
const FILLER = 'bench-dashboards';

const lab = openLab(values.lab);
const [repaired, filling, held, ...rest] = lab.hosts;
if (repaired === undefined || filling === undefined || held === undefined || rest.length < 2)
  throw new Error('a lab of five nodes');
const filed = rest.at(-1) ?? held;
const children: ChildProcess[] = [];
const directory = mkdtempSync(join(tmpdir(), 'nodemend-dashboards-'));

async function configure(host: LabHost): Promise<void> {
  const place = join(host.root, 'etc/nodemend/conf.d');
  mkdirSync(place, { recursive: true });
  // The hosts share a kernel and its ring: what others write there is no fault of this node.
  const file = host === filed ? 'metrics: { textfile: /var/lib/nodemend/textfile/nodemend.prom }\n' : '';
  writeFileSync(join(place, '80-bench-dashboards.yaml'), `monitors: { defaults: false }\n${file}`, { mode: 0o644 });
  await host.sh('mkdir -p /var/lib/nodemend/textfile; systemctl restart nodemend', { timeoutMs: 60_000 });
}

function start(argv: readonly [string, ...string[]]): void {
  const [program, ...args] = argv;
  children.push(spawn(program, args, { stdio: 'ignore' }));
}

function startRelays(): readonly Target[] {
  for (const host of lab.hosts) {
    const relay = join(import.meta.dirname, 'dashboards/relay.ts');
    const inside = ['--net', '--target', String(host.leader), '--', process.execPath, relay];
    if (host !== filed) start(['nsenter', ...inside, host.address, String(RELAY_PORT)]);
  }
  const textfiles = `--collector.textfile.directory=${join(filed.root, 'var/lib/nodemend/textfile')}`;
  start([
    values['node-exporter'],
    '--collector.disable-defaults',
    '--collector.textfile',
    textfiles,
    `--web.listen-address=${EXPORTER}`,
  ]);
  return lab.hosts.map((host) =>
    host === filed
      ? { job: 'node', instance: host.name, address: EXPORTER }
      : { job: 'nodemend', instance: host.name, address: `${host.address}:${RELAY_PORT}` },
  );
}

/** From half full to near the threshold of 10 %, slowly enough for a trend. */
async function fill(host: LabHost): Promise<void> {
  for (let share = 0.5; share > 0.11; share -= 0.02) {
    await fillBytes(host.disks.kubelet, FILLER, share);
    await sleep(8000);
  }
}

async function trouble(one: LabHost, two: LabHost, three: LabHost): Promise<void> {
  await three.sh('/opt/nodemend/nodemend pause --reason dashboards');
  await Promise.all([dockerdHung.break(one, lab), dockerdHung.break(three, lab), fill(two)]);
}

async function mend(): Promise<void> {
  for (const host of [repaired, held]) if (host !== undefined) await dockerdHung.mend(host, lab);
  await held?.sh('/opt/nodemend/nodemend resume');
  if (filling !== undefined) unfill(filling.disks.kubelet, FILLER);
  for (const host of lab.hosts) rmSync(join(host.root, 'etc/nodemend/conf.d/80-bench-dashboards.yaml'), { force: true });
}

interface Answer extends PanelQuery {
  readonly series: readonly Series[];
  /** Nodes of whose dashboard it said something. */
  readonly nodes: number;
}

async function ask(prometheus: Prometheus, query: PanelQuery): Promise<Answer> {
  const names = query.dashboard === 'node' ? lab.hosts.map(({ name }) => name) : [''];
  const all = await Promise.all(
    names.map((name) => {
      const expr = filledIn(query.expr, name);
      return query.instant ? prometheus.query(expr) : prometheus.queryRange(expr);
    }),
  );
  return { ...query, series: all.flat(), nodes: all.filter((series) => series.length > 0).length };
}

async function askAll(prometheus: Prometheus): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const query of panelQueries()) answers.push(await ask(prometheus, query));
  return answers;
}

/** Remembers what was answered once: a table of what is wrong is empty when nothing is. */
async function untilAnswered(prometheus: Prometheus): Promise<readonly Answer[]> {
  const until = performance.now() + Number(values.patience) * 60_000;
  let best = await askAll(prometheus);
  while (best.some(({ series }) => series.length === 0) && performance.now() < until) {
    await sleep(10_000);
    const now = await askAll(prometheus);
    best = best.map((before, index) => {
      const after = now[index] ?? before;
      return after.series.length >= before.series.length ? after : before;
    });
  }
  return best;
}

const shown = ({ metric, value }: Series): string => {
  const labels = Object.entries(metric).filter(([name]) => name !== 'job' && name !== '__name__');
  return `${labels.map(([name, of]) => `${name}=${of}`).join(' ')} ${Number(Number(value).toPrecision(4))}`;
};

async function report(prometheus: Prometheus, answers: readonly Answer[]): Promise<boolean> {
  const rows = answers.map(({ dashboard, panel, series, nodes }) => [
    dashboard,
    panel,
    String(series.length),
    dashboard === 'node' ? `${nodes} of ${lab.hosts.length}` : '',
    series[0] === undefined ? 'NOTHING' : shown(series[0]).slice(0, 70),
  ]);
  printTable(['dashboard', 'panel', 'series', 'nodes', 'one of them'], rows, 72);
  const { count, failed } = await prometheus.rules();
  const alerts = await prometheus.queryRange('ALERTS');
  const empty = answers.filter(({ series }) => series.length === 0);
  console.log(
    `\n${answers.length} queries, ${empty.length} without an answer; ${count} rules, failed: ${failed.join(', ') || 'none'}; ${describeLoad()}`,
  );
  const named = alerts.map(({ metric: { alertname, alertstate, instance = '', reason = '', remedy = '' } }) =>
    `  ${alertstate}: ${alertname} ${instance} ${reason}${remedy}`.trimEnd(),
  );
  console.log([...new Set(named)].toSorted().join('\n'));
  for (const { panel, expr } of empty) console.log(`  nothing: ${panel}: ${expr}`);
  return empty.length === 0 && failed.length === 0;
}

let prometheus: Prometheus | undefined;
try {
  await Promise.all(lab.hosts.map(configure));
  prometheus = await startPrometheus(values.prometheus, directory, startRelays());
  // Counters have to be seen at 0 before they are seen to grow.
  await sleep(30_000);
  await trouble(repaired, filling, held);
  process.exitCode = (await report(prometheus, await untilAnswered(prometheus))) ? 0 : 1;
  if (values.keep) await new Promise((resolve) => process.stdin.once('data', resolve));
} finally {
  await mend();
  await prometheus?.stop();
  for (const child of children) child.kill();
  rmSync(directory, { recursive: true, force: true });
}
