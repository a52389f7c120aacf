import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostView } from '../../lib/host/host.ts';
import { parseStartTicks } from '../../lib/model/proc-stat.ts';
import { KiB, seconds } from '../../lib/model/units.ts';
import { readUnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { parseDockerInfo } from '../../lib/sources/runtime/docker-info.ts';
import { DOCKER_RELOAD, type DockerReload, stampOf } from '../../lib/sources/runtime/docker-reload.ts';
import { readText, removeDurably, writeDurably } from '../docker-move/durable.ts';
import { must } from '../docker-move/must.ts';
import { MoveFailure } from '../docker-move/node.ts';
import type { DockerSays, TuneHands } from './hands.ts';
import { tuneJournalFile } from './journal.ts';

const UNIT = 'docker.service';

async function mainPid(host: HostView): Promise<number> {
  const answer = await readUnitProperties(host, [UNIT], ['MainPID', 'ActiveState']);
  const pid = answer.kind === 'units' ? Number(answer.units[0]?.MainPID) : Number.NaN;
  if (!(pid > 1)) throw new MoveFailure(`${UNIT} has no process`);
  return pid;
}

async function startTicksOf(host: HostView, pid: number): Promise<number> {
  const stat = await host.readFile(`/proc/${pid}/stat`, { maxBytes: 4 * KiB });
  if (stat.kind !== 'text') throw new MoveFailure(`process ${pid} is gone`);
  return parseStartTicks(stat.text) ?? 0;
}

export async function askRunningDocker(host: HostView, socketPath: string): Promise<DockerSays> {
  const pid = await mainPid(host);
  const [startTicks, answer] = await Promise.all([
    startTicksOf(host, pid),
    host.httpGet({ socketPath, url: 'http://localhost/info', deadline: seconds(5) }),
  ]);
  if (answer.kind !== 'response' || answer.status !== 200) throw new MoveFailure('docker does not answer');
  const info = parseDockerInfo(answer.body);
  if (info.kind !== 'known') throw new MoveFailure(info.why);
  return { pid, startTicks, liveRestore: info.liveRestore };
}

/** ExecReload= is in every packaged unit; one written by hand may lack it. */
async function reload(host: HostView): Promise<void> {
  const answer = await readUnitProperties(host, [UNIT], ['CanReload']);
  const canReload = answer.kind === 'units' && answer.units[0]?.CanReload === 'yes';
  const verb = canReload ? ['reload', UNIT] : ['kill', '--kill-who=main', '--signal=HUP', UNIT];
  await must(host, ['systemctl', '--no-ask-password', ...verb], seconds(20));
}

const TAKEN = /Reloaded configuration/;
const REFUSED = /level=(error|fatal|warning).*(configur|reload)|unable to configure/i;

/** dockerd tells each reload in its log (since 1.12), and what it has against a file it does not take. */
async function reportedIn(host: HostView, since: number) {
  const from = `@${(since / 1000 - 1).toFixed(0)}`;
  const log = await must(host, ['journalctl', '-u', UNIT, '--since', from, '-o', 'short-unix', '--no-pager', '-q'], seconds(10));
  const lines = log.split('\n').filter((line) => Number(/^(\d+\.\d+)/.exec(line)?.[1] ?? 0) * 1000 >= since - 5);
  const refused = lines.find((line) => REFUSED.test(line) && !TAKEN.test(line));
  if (refused !== undefined) return { ok: false, line: refused.replace(/^\S+ \S+ \S+ /, '').slice(0, 300) };
  const taken = lines.find((line) => TAKEN.test(line));
  return taken === undefined ? undefined : { ok: true, line: 'Reloaded configuration' };
}

/** dockerd 23 and later judge a file; what an older one says of the flag means nothing. */
async function objectionTo(host: HostView, file: string): Promise<string | undefined> {
  const link = await host.readLink(`/proc/${await mainPid(host)}/exe`);
  if (link.kind !== 'link' || link.target.endsWith(' (deleted)')) return undefined;
  const result = await host.run([link.target, '--validate', '--config-file', file], {
    deadline: seconds(10),
    maxBytes: 16 * KiB,
  });
  if (result.kind !== 'exited' || result.code === 0 || /unknown flag/.test(result.stderr)) return undefined;
  return result.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? 'refused';
}

export const modeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0o100644;

export function localTuneHands(host: HostView, directory: string, socketPath: string): TuneHands {
  return {
    readText,
    write: writeDurably,
    remove: removeDurably,
    saveJournal: (journal) => writeDurably(tuneJournalFile(directory), `${JSON.stringify(journal, undefined, 1)}\n`, 0o600),
    async objection(text) {
      const file = join(directory, 'daemon.json.next');
      writeDurably(file, text, 0o600);
      return await objectionTo(host, file).finally(() => removeDurably(file));
    },
    reload: () => reload(host),
    docker: () => askRunningDocker(host, socketPath),
    reloadReported: (since) => reportedIn(host, since),
    async recordReload({ pid, startTicks }, path) {
      const status = await host.fileStatus(path);
      if (status.kind !== 'status') return;
      const record: DockerReload = { pid, startTicks, path, stamp: stampOf(status) };
      writeDurably(DOCKER_RELOAD, `${JSON.stringify(record)}\n`, 0o600);
    },
    now: () => host.clock.now(),
    sleep: (duration) => sleep(duration),
  };
}
