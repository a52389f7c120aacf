import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { enterCommand } from './enter.ts';
import { LabError } from './error.ts';
import type { LabHost } from './host.ts';
import { hostDirectory, requireLeader } from './nspawn.ts';
import { cgroupsOf, hostName } from './paths.ts';
import { must, run } from './run.ts';
import { addressOf, type LabState } from './state.ts';

const defaultTimeoutMs = 30_000;

/** What tests and faults hold of one host of a lab that is up. */
export function makeHost(state: LabState, index: number): LabHost {
  const name = hostName(index);
  const directory = hostDirectory(state.name, name);
  const disk = (what: string): string => join(directory, 'disks', what);
  const leader = (): number => requireLeader(state.name, name);

  /** Killing nsenter would leave the command running in the host, so the command carries its own deadline. */
  const bounded = (argv: readonly string[], timeoutMs: number): string[] =>
    enterCommand(leader(), argv, ['timeout', '-s', 'KILL', String(timeoutMs / 1000)]);

  return {
    name,
    index,
    runtime: state.runtime,
    address: addressOf(state, index),
    root: join(directory, 'root'),
    disks: { kubelet: disk('kubelet'), ...(state.runtimeDisk === 'none' ? {} : { runtime: disk('runtime') }) },
    cgroups: cgroupsOf(state.name, name),
    get leader() {
      return leader();
    },

    async exec(argv, options = {}) {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      const started = performance.now();
      const result = await run(bounded(argv, timeoutMs), { ...options, timeoutMs: timeoutMs + 1000 });
      // `timeout` kills the command and itself; nsenter tells that as 137 or by the same signal.
      const killed = (result.code === null || result.code === 137) && performance.now() - started >= timeoutMs;
      return killed ? { ...result, code: null, timedOut: true } : result;
    },

    async sh(script, options = {}) {
      const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
      return await must(bounded(['sh', '-c', script], timeoutMs), { ...options, timeoutMs: timeoutMs + 1000 });
    },

    async start(what, argv) {
      const log = openSync(join(directory, 'root/var/log', `lab-${what}.log`), 'a');
      // nsenter forks into the host's PID namespace: the process wanted is its child.
      const child = spawn('/bin/sh', enterCommand(leader(), argv).slice(1), {
        cwd: '/',
        detached: true,
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      child.unref();
      const pid = await childOf(child.pid ?? 0);
      if (pid === 0) throw new LabError(`${argv[0]} did not start in ${name}; see its /var/log/lab-${what}.log`);
      return pid;
    },
  };
}

/** The only child of a process, as soon as it has one. */
async function childOf(parent: number): Promise<number> {
  const result = await run(['sh', '-c', `for i in $(seq 50); do pgrep -P ${parent} && exit; sleep 0.1; done`], {
    timeoutMs: 8000,
  });
  return Number(result.stdout.trim().split('\n')[0] ?? 0);
}
