import type { RunningDocker } from '../../lib/docker/settings.ts';
import type { HostView } from '../../lib/host/host.ts';
import { toObject, toText } from '../../lib/model/json.ts';
import { readProcessAge } from '../../lib/sources/host/process-age.ts';
import { wasReloaded } from '../../lib/sources/runtime/docker-reload.ts';
import { askDocker } from '../docker-move/docker-api.ts';
import { readText } from '../docker-move/durable.ts';
import { argvOf, settingsFileOf } from '../docker-move/look-docker.ts';
import { askRunningDocker } from './local-hands.ts';

export interface DockerLook extends RunningDocker {
  readonly pid: number;
  /** docker has read the whole file at its start, and not a part of it at a reload. */
  readonly isReadAtStart: boolean;
}

/** A file that is younger than the process holds what no docker has read, unless a reload of ours was proved with it. */
async function readingOf(host: HostView, pid: number, path: string) {
  const [age, status] = await Promise.all([readProcessAge(host, pid), host.fileStatus(path)]);
  if (status.kind !== 'status') return { isReadAtStart: true, hasUntriedEdits: false };
  if (age === undefined) return { isReadAtStart: false, hasUntriedEdits: true };
  const isReadAtStart = Math.max(status.modifiedAt, status.changedAt ?? 0) <= age.startedAt;
  const isReloaded = await wasReloaded(host, { pid, startTicks: age.startTicks }, status);
  return { isReadAtStart, hasUntriedEdits: !isReadAtStart && !isReloaded };
}

/** The running docker, as it says itself and as it was started. */
export async function lookAtSettings(host: HostView, socketPath: string): Promise<DockerLook> {
  const argv = await argvOf(host);
  const [info, says] = await Promise.all([askDocker(host, socketPath, '/info'), askRunningDocker(host, socketPath)]);
  const { ServerVersion, Swarm } = toObject(info);
  const path = settingsFileOf(argv);
  const swarm = toText(toObject(Swarm).LocalNodeState);
  return {
    pid: says.pid,
    version: toText(ServerVersion),
    argv,
    liveRestore: says.liveRestore,
    swarm: swarm !== '' && swarm !== 'inactive',
    path,
    text: readText(path),
    ...(await readingOf(host, says.pid, path)),
  };
}
