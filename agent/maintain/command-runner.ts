import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import type { HostView } from '../../lib/host/host.ts';
import { type CommandState, type CommandTraces, judgeCommand, type MaintainRecord } from '../../lib/maintain/record.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { KiB, ms, seconds } from '../../lib/model/units.ts';
import type { MaintainHands } from './hands.ts';

/**
 * A shell around the command: it outlives us, and what it writes is how the command ended. Handlers, not `trap ''`: what is ignored
 * would be ignored by the command, too, and Ctrl-C is for the command.
 */
const SHELL = `status=$1; shift
: > "$status.begun" || exit 125
trap : INT QUIT HUP TERM
"$@"
code=$?
printf '%s\\n' "$code" > "$status.new" && mv "$status.new" "$status"
exit "$code"`;

const LOOK_EVERY = seconds(2);

export interface RunnerParts {
  readonly host: HostView;
  readonly boot: () => string;
  /** Beside the journal; each maintenance has a name of its own. */
  readonly statusFile: (record: MaintainRecord) => string;
  /** What the command prints goes to stderr: stdout is for JSON. */
  readonly quiet: boolean;
}

const textOf = (path: string) => readFile(path, 'utf8').catch(() => undefined);

/** The shell, by the one argument that nobody else has. */
async function findShell(host: HostView, status: string): Promise<number | undefined> {
  const table = await host.processes();
  if (table.kind !== 'processes') return undefined;
  for (const { pid, kernelThread, state } of table.entries) {
    if (kernelThread || state === 'Z' || state === 'X') continue;
    const file = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: ms(500) });
    if (file.kind === 'text' && file.text.split('\0').includes(status)) return pid;
  }
  return undefined;
}

async function tracesOf({ host, boot, statusFile }: RunnerParts, record: MaintainRecord): Promise<CommandTraces> {
  const status = statusFile(record);
  // First the process: one that ends in between has written its status by the time that is read.
  const pid = await findShell(host, status);
  const [text, begun] = await Promise.all([textOf(status), textOf(`${status}.begun`)]);
  const code = text === undefined || !/^\d{1,3}\n$/.test(text) ? undefined : Number(text);
  return { begun: record.begun, boot: boot(), code, pid, hasBegun: begun !== undefined };
}

/** Resolves when the shell has ended, however it did. */
function runShell(status: string, { order }: MaintainRecord, quiet: boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn('/bin/sh', ['-c', SHELL, 'sh', status, ...order.command], {
    cwd: order.directory,
    stdio: ['inherit', quiet ? 2 : 'inherit', 'inherit'],
  });
  child.on('error', reject);
  child.on('close', () => resolve());
  return promise;
}

export function commandRunner(parts: RunnerParts): MaintainHands['command'] {
  const { host, statusFile } = parts;
  const look = async (record: MaintainRecord): Promise<CommandState> => judgeCommand(await tracesOf(parts, record));
  return {
    look,
    async clean(record) {
      const status = statusFile(record);
      await Promise.all([status, `${status}.begun`, `${status}.new`].map((path) => rm(path, { force: true })));
    },
    async run(record) {
      try {
        await runShell(statusFile(record), record, parts.quiet);
      } catch (error) {
        return { kind: 'lost', why: messageOf(error) };
      }
      return await look(record);
    },
    async awaitEnd(record, signal) {
      for (;;) {
        const state = await look(record);
        if (state.kind !== 'running' || signal.aborted) return state;
        await host.clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
      }
    },
  };
}
