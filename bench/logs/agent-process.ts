import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checks } from '../../lib/checks/index.ts';

const CLOCK_TICKS = 100;

/** The daemon as it is installed, with nothing on but its log monitors, in a place of its own. */
export interface AgentPlace {
  readonly directory: string;
  readonly log: string;
  readonly config: string;
}

const LOG_CHECKS = ['file-log', 'journal-log', 'kernel-log'];

/** Of another run at the same time the counters would be another's. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const port = await freePort();

/** Only root's files are monitors, in directories that are root's alone: not /tmp. */
export function makePlace(monitors: Readonly<Record<string, object>>, { defaults = false } = {}): AgentPlace {
  const directory = mkdtempSync('/run/nodemend-logs-');
  mkdirSync(join(directory, 'monitors'), { mode: 0o755 });
  for (const [name, monitor] of Object.entries(monitors)) {
    writeFileSync(join(directory, 'monitors', name), JSON.stringify(monitor), { mode: 0o644 });
  }
  const config = join(directory, 'config.yaml');
  const off = checks.filter(({ id }) => !LOG_CHECKS.includes(id)).map(({ id }) => `  ${id}: { enabled: false }`);
  const lines = [
    'mode: observe',
    `stateDirectory: ${directory}/state`,
    `runtimeDirectory: ${directory}/run`,
    'cluster: { enabled: false }',
    `metrics: { listen: "127.0.0.1:${port}" }`,
    `monitors: { directory: ${directory}/monitors, defaults: ${defaults} }`,
    'checks:',
    ...off,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return { directory, log: join(directory, 'kern.log'), config };
}

export const removePlace = ({ directory }: AgentPlace) => rmSync(directory, { recursive: true, force: true });

function get(path: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const asked = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
  asked.on('error', () => resolve(undefined));
  asked.end();
  return promise;
}

/** problem_counter by reason; undefined: nobody answers. */
export async function counters(): Promise<ReadonlyMap<string, number> | undefined> {
  const text = await get('/metrics');
  if (text === undefined) return undefined;
  const found = text.matchAll(/^problem_counter\{reason="([^"]*)"\} (\d+)$/gm);
  return new Map([...found].map(([, reason = '', value]) => [reason, Number(value)]));
}

export const sumOf = (counts: ReadonlyMap<string, number> | undefined): number =>
  [...(counts?.values() ?? [])].reduce((sum, value) => sum + value, 0);

export interface Agent {
  readonly pid: number;
  /** CPU seconds, of reaped children too. */
  cpu(): number;
  /** kB of a line of /proc/PID/status. */
  memory(name: 'VmRSS' | 'VmHWM' | 'RssAnon'): number;
  /** Resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

function read(process: ChildProcess): Agent {
  const pid = process.pid ?? 0;
  const ended = new Promise<void>((resolve) => process.on('exit', () => resolve()));
  const status = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return {
    pid,
    cpu() {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      return fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / CLOCK_TICKS;
    },
    memory: status,
    async stop(signal) {
      process.kill(signal);
      await ended;
    },
  };
}

/** Starts it, and waits until it answers unless told not to. */
export async function startAgent(
  { config, directory }: AgentPlace,
  { dist, wait = true }: { dist: string; wait?: boolean },
): Promise<Agent> {
  const out = openSync(join(directory, 'agent.log'), 'a');
  const agent = read(spawn(join(dist, 'nodemend'), ['agent', '--config', config], { stdio: ['ignore', out, out] }));
  closeSync(out);
  for (let tries = 0; wait && (await counters()) === undefined; tries += 1) {
    if (tries > 300) throw new Error(`the agent does not answer: ${join(directory, 'agent.log')}`);
    await sleep(100);
  }
  return agent;
}
