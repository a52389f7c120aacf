/** A real Prometheus with our rules, beside the lab. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../test/lab/wait.ts';

export interface Target {
  readonly job: string;
  readonly instance: string;
  readonly address: string;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Of the last sample. */
  readonly value: string;
}

export interface Prometheus {
  query(expr: string): Promise<readonly Series[]>;
  /** Since it was started. */
  queryRange(expr: string): Promise<readonly Series[]>;
  /** Rules whose expression failed, and how many there are. */
  rules(): Promise<{ readonly count: number; readonly failed: readonly string[] }>;
  stop(): Promise<void>;
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

const PORT = 19_090;
const SCRAPE = '5s';

function configuration(targets: readonly Target[]): string {
  const job = (name: string) => ({
    job_name: name,
    static_configs: targets
      .filter((target) => target.job === name)
      .map(({ address, instance }) => ({ targets: [address], labels: { instance } })),
  });
  return JSON.stringify({
    global: { scrape_interval: SCRAPE, evaluation_interval: SCRAPE },
    rule_files: ['nodemend.rules.yaml'],
    scrape_configs: [...new Set(targets.map((target) => target.job))].map(job),
  });
}

async function get<Data>(path: string): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${PORT}${path}`, { signal: AbortSignal.timeout(20_000) });
  const { status, data, error } = (await response.json()) as { status: string; data: Data; error?: string };
  if (status !== 'success') throw new Error(`${path}: ${error}`);
  return data;
}

const toSeries = ({ result }: { readonly result: readonly Result[] }): readonly Series[] =>
  result.map(({ metric, value, values }) => ({ metric, value: (value ?? values?.at(-1))?.[1] ?? '' }));

async function readRules(): ReturnType<Prometheus['rules']> {
  type Rule = { readonly name: string; readonly health: string };
  const { groups } = await get<{ groups: { rules: Rule[] }[] }>('/api/v1/rules');
  const rules = groups.flatMap((group) => group.rules);
  return { count: rules.length, failed: rules.filter(({ health }) => health !== 'ok').map(({ name }) => name) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

export async function startPrometheus(program: string, directory: string, targets: readonly Target[]): Promise<Prometheus> {
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(import.meta.dirname, '../../docs/monitoring/nodemend.rules.yaml'), join(directory, 'nodemend.rules.yaml'));
  // JSON is YAML.
  writeFileSync(join(directory, 'prometheus.yaml'), configuration(targets));
  const flags = [
    `--config.file=${join(directory, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${PORT}`,
  ];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-2000);
  });
  const began = Date.now() / 1000;
  await waitFor(
    'Prometheus',
    async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
      return await fetch(`http://127.0.0.1:${PORT}/-/ready`).then(
        ({ ok }) => (ok ? true : undefined),
        () => undefined,
      );
    },
    { timeoutMs: 30_000 },
  );
  return {
    query: async (expr) => toSeries(await get(`/api/v1/query?${new URLSearchParams({ query: expr })}`)),
    queryRange: async (expr) => {
      const window = { start: String(began), end: String(Date.now() / 1000), step: '15' };
      return toSeries(await get(`/api/v1/query_range?${new URLSearchParams({ query: expr, ...window })}`));
    },
    rules: readRules,
    stop: () => stop(child),
  };
}
