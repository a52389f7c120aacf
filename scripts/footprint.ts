import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const dist = join(import.meta.dirname, '../dist');
const lib = join(dist, 'lib');

/** KiB; what is loaded at every start is compiled at every start, and its source stays in the daemon's memory. */
const BUDGET: Readonly<Record<string, number>> = {
  'cli.cjs': 1900,
  'pictures.cjs': 100,
  'zh.cjs': 150,
  'agent.cjs': 950,
  'upgrade.cjs': 50,
  'move-work.cjs': 400,
  'reboot.cjs': 600,
  'execa.cjs': 350,
  'systeminformation.cjs': 700,
  // Read by a person's drain and failover alone.
  'client-node.cjs': 6500,
  'disk.cjs': 400,
  'inventory.cjs': 100,
};
/** MiB of RssAnon some seconds after the start, before the first tidying; an hour later it is 24 at most (bench:idle). */
const MEMORY = 30;
const SETTLED = 8000;
/** A machine that others use comes to V8's collections later. */
const LOOKS = 6;

function checkSize(name: string, budget: number): boolean {
  const path = join(lib, name);
  if (!existsSync(path)) return name !== 'cli.cjs';
  const source = readFileSync(path);
  const size = Math.ceil(source.length / 1024);
  const isPlain = source.every((byte) => byte < 0x80);
  const verdict = size > budget ? 'TOO LARGE' : 'ok';
  // V8 holds such a source in two bytes for each letter.
  console.log(`${name.padEnd(24)} ${String(size).padStart(5)} of ${budget} KiB  ${isPlain ? verdict : 'NOT ASCII'}`);
  return size <= budget && isPlain;
}

const anonymous = (pid: number): number =>
  Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function memoryOf(daemon: ChildProcess): Promise<number> {
  const ended = new Promise<never>((_, reject) => {
    daemon.on('exit', (code) => reject(new Error(`nodemend agent ended with ${code}`)));
    daemon.on('error', reject);
  });
  let used = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < LOOKS && used > MEMORY; looks += 1) {
    await Promise.race([sleep(SETTLED), ended]);
    used = anonymous(daemon.pid ?? 0);
  }
  return used;
}

/** The daemon as it is started, on this machine, with directories of its own and without a cluster. */
async function checkMemory(): Promise<boolean> {
  const place = mkdtempSync(join(tmpdir(), 'nodemend-footprint-'));
  const config = join(place, 'config.yaml');
  const lines = [`stateDirectory: ${place}/state`, `runtimeDirectory: ${place}/run`, 'mode: observe'];
  writeFileSync(config, [...lines, 'cluster: { enabled: false }', 'metrics: { listen: "" }', ''].join('\n'));
  const daemon = spawn(join(dist, 'nodemend'), ['agent', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const used = await memoryOf(daemon);
    console.log(
      `${'RssAnon of the daemon'.padEnd(24)} ${used.toFixed(1).padStart(5)} of ${MEMORY} MiB  ${used > MEMORY ? 'TOO LARGE' : 'ok'}`,
    );
    return used <= MEMORY;
  } finally {
    daemon.removeAllListeners('exit');
    daemon.kill('SIGKILL');
    rmSync(place, { recursive: true, force: true });
  }
}

if (!existsSync(join(lib, 'cli.cjs'))) console.error('dist/lib/cli.cjs is missing; npm run build');
const sizes = Object.entries(BUDGET).map(([name, budget]) => checkSize(name, budget));
const others = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith('.cjs') && !(name in BUDGET)) : [];
for (const name of others) console.error(`${name} has no budget`);
const isSmall = sizes.every(Boolean) && others.length === 0 && existsSync(join(dist, 'nodemend')) && (await checkMemory());
process.exitCode = isSmall ? 0 : 1;
