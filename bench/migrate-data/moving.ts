import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kill } from 'node:process';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { run } from '../../test/lab/run.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { inHost, TARGET } from './place.ts';

const COMMAND = '/opt/nodemend/nodemend docker migrate-data';
/** The node has a pod of its own, and nobody drains it for each of twenty runs. */
const START = `${COMMAND} --to ${TARGET} --force --yes`;

export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

export async function nodemend(host: LabHost, words: string): Promise<Ended> {
  const result = await host.exec(['sh', '-c', `${COMMAND} ${words} 2>&1`], { timeoutMs: 300_000 });
  return { code: result.code, text: result.stdout };
}

export const move = (host: LabHost): Promise<Ended> => nodemend(host, `--to ${TARGET} --force --yes`);

export function journalOf(host: LabHost): MoveJournal | undefined {
  try {
    return JSON.parse(readFileSync(inHost(host, '/var/lib/nodemend/docker-move/journal.json'), 'utf8')) as MoveJournal;
  } catch {
    return undefined;
  }
}

export interface Running {
  /** Of the program itself, on the machine. */
  readonly pid: number;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<void>;
  ended(): Promise<void>;
}

const LOG = 'var/log/lab-move.log';

/** What the last started command said. */
export const said = (host: LabHost): string => readFileSync(join(host.root, LOG), 'utf8');

const lives = (pid: number) => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

export async function startMove(host: LabHost, words = START): Promise<Running> {
  rmSync(join(host.root, LOG), { force: true });
  const pid = await host.start('move', ['sh', '-c', `exec ${words}`]);
  const ended = () =>
    waitFor('the move to end', async () => (lives(pid) ? undefined : true), { timeoutMs: 240_000, everyMs: 50 }).then(
      () => undefined,
    );
  return {
    pid,
    ended,
    async kill(signal) {
      kill(pid, signal);
      if (signal === 'SIGKILL') await ended();
    },
  };
}

/** Until the journal says that this stage has begun. */
export async function untilStage(host: LabHost, stage: MoveJournal['stage'], from: string): Promise<void> {
  await waitFor(
    `stage ${stage}`,
    async () => {
      const journal = journalOf(host);
      return journal?.stage === stage && journal.startedAt > from ? true : undefined;
    },
    { timeoutMs: 120_000, everyMs: 5 },
  );
}

/** Until some of the bulk was copied. */
export async function untilCopying(host: LabHost, from: string): Promise<void> {
  await untilStage(host, 'copy', from);
  await waitFor(
    'the copy to begin',
    async () => {
      const used = await run(['du', '-sm', inHost(host, TARGET)], { timeoutMs: 5000 });
      return Number.parseInt(used.stdout, 10) >= 20 ? true : undefined;
    },
    { timeoutMs: 60_000, everyMs: 50 },
  );
}
