import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readLedger } from '../../lib/ledger/read.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { property } from '../../test/lab/faults/shared/unit.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { install } from '../../test/lab/install.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { hostStartedAt, uptime } from './clock.ts';

/** Files below /run are mounted in the host alone. */
export const inHost = (host: LabHost, path: string): string => `/proc/${host.leader}/root${path}`;

export async function installAgent(host: LabHost, dist?: string): Promise<void> {
  await host.exec(['systemctl', 'stop', 'nodemend']);
  await install(host, dist);
  await host.sh('/opt/nodemend/install.sh', { timeoutMs: 120_000 });
}

export function statusOf(host: LabHost): Snapshot | undefined {
  try {
    return JSON.parse(readFileSync(inHost(host, '/run/nodemend/status.json'), 'utf8')) as Snapshot;
  } catch {
    return undefined;
  }
}

export type TimedEntry = LedgerEntry & {
  /** Uptime of the machine, ms. */
  readonly machineUp: number;
};

export async function ledgerOf(host: LabHost): Promise<readonly TimedEntry[]> {
  const started = hostStartedAt(host);
  const { entries } = await readLedger([inHost(host, '/var/lib/nodemend/ledger')]);
  return entries.map((entry) => ({ ...entry, machineUp: entry.up + started }));
}

const CONFIG = 'etc/nodemend/conf.d/90-bench.yaml';
/** The hosts of all labs read one kernel's ring: what others write there is no fault of this node. */
const OWN_RING = 'etc/nodemend/conf.d/80-bench-ring.yaml';

/** Without its past: what the run before has spent is not this one's. `config`: beside the defaults. */
export async function freshAgent(host: LabHost, config: string | undefined): Promise<void> {
  const path = join(host.root, CONFIG);
  mkdirSync(join(host.root, 'etc/nodemend/conf.d'), { recursive: true });
  writeFileSync(join(host.root, OWN_RING), 'monitors: { defaults: false }\n', { mode: 0o644 });
  if (config === undefined) rmSync(path, { force: true });
  else writeFileSync(path, config, { mode: 0o644 });
  await host.sh('systemctl stop nodemend; rm -rf /var/lib/nodemend/ledger /run/nodemend/ledger; systemctl start nodemend', {
    timeoutMs: 60_000,
  });
}

/** Since when systemd calls the unit active, in the machine's uptime. */
export async function activeSince(host: LabHost, unit: string): Promise<number> {
  return Number(await property(host, unit, 'ActiveEnterTimestampMonotonic')) / 1000;
}

/** Since when the unit's present run has begun. */
export async function begunAt(host: LabHost, unit: string): Promise<number> {
  return Number(await property(host, unit, 'InactiveExitTimestampMonotonic')) / 1000;
}

/** A unit that was just restarted is not restarted again for two minutes (guard `starting`). */
const SETTLED = 125_000;
const STARTED = 20_000;
/** Each check has run, those of the agent's first minute too. */
const AGENT_SETTLED = 20_000;

const BENCHED = ['container-runtime', 'kubelet-health'];

async function whyNotCalm(host: LabHost, lab: Lab, target: string | undefined): Promise<string | undefined> {
  for (const unit of new Set([host.runtime, 'containerd', 'kubelet'])) {
    const age = uptime() - (await activeSince(host, unit));
    if (age < ((target ?? unit) === unit ? SETTLED : STARTED)) return `${unit} runs for ${Math.round(age / 1000)} s`;
  }
  const age = uptime() - (await activeSince(host, 'nodemend'));
  if (age < AGENT_SETTLED) return `the agent runs for ${Math.round(age / 1000)} s`;
  const status = statusOf(host);
  if (status === undefined) return 'no status.json';
  const late = status.checks.filter(({ lastRun }) => lastRun === null).map(({ name }) => name);
  if (late.length > 0) return `not run yet: ${late.join(', ')}`;
  const blind = status.checks
    .filter(({ name, status: says }) => BENCHED.includes(name) && says !== 'pass')
    .map(({ name }) => name);
  if (blind.length > 0) return `cannot tell: ${blind.join(', ')}`;
  const wrong = status.problems
    .filter(({ severity }) => severity !== 'notice')
    .map(({ type, reason, state }) => `${type}/${reason} (${state})`);
  if (wrong.length > 0) return wrong.join(', ');
  const { code, stdout } = await lab.kubectl(['wait', '--for=condition=Ready', `node/${host.name}`, '--timeout=1s']);
  return code === 0 ? undefined : `the Node is not Ready: ${stdout.trim()}`;
}

/** Units that may be restarted – `target` alone, or all of them –, a Node that is Ready, and an agent that finds nothing wrong. */
export async function untilCalm(host: LabHost, lab: Lab, timeoutMs = 300_000, target?: string): Promise<void> {
  let why: string | undefined;
  const calm = async (): Promise<true | undefined> => {
    why = await whyNotCalm(host, lab, target);
    return why === undefined ? true : undefined;
  };
  try {
    await waitFor(`${host.name} to be calm`, calm, { timeoutMs, everyMs: 2000 });
  } catch (error) {
    throw new Error(`${host.name} does not become calm: ${why}`, { cause: error });
  }
}

/** A time without it is worth nothing. */
export function strainNow(): { readonly load: number; readonly waiting: number } {
  const cpu = readFileSync('/proc/pressure/cpu', 'utf8');
  return { load: loadavg()[0] ?? 0, waiting: Number(/avg10=(\S+)/.exec(cpu)?.[1] ?? Number.NaN) };
}
