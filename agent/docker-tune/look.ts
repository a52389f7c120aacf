import { configFileOf } from '../../lib/docker/data-root.ts';
import type { RunningDocker } from '../../lib/docker/settings.ts';
import type { HostView } from '../../lib/host/host.ts';
import { readProcessAge } from '../../lib/sources/host/process-age.ts';
import { wasReloaded } from '../../lib/sources/runtime/docker-reload.ts';
import { askDocker } from '../docker-move/docker-api.ts';
import { readText } from '../docker-move/durable.ts';
import { argvOf, realPath, toRecord, toText } from '../docker-move/look-docker.ts';
import { askRunningDocker } from './local-hands.ts';

export interface DockerLook extends RunningDocker {
  readonly pid: number;
}

/** A file that is younger than the process holds what no docker has read, unless a reload of ours was proved with it. */
async function isUntried(host: HostView, pid: number, path: string): Promise<boolean> {
  const [age, status] = await Promise.all([readProcessAge(host, pid), host.fileStatus(path)]);
  if (status.kind !== 'status') return false;
  if (age === undefined) return true;
  const isNewer = Math.max(status.modifiedAt, status.changedAt ?? 0) > age.startedAt;
  return isNewer && !(await wasReloaded(host, { pid, startTicks: age.startTicks }, status));
}

/** The running docker, as it says itself and as it was started. */
export async function lookAtSettings(host: HostView, socketPath: string): Promise<DockerLook> {
  const argv = await argvOf(host);
  const [info, says] = await Promise.all([askDocker(host, socketPath, '/info'), askRunningDocker(host, socketPath)]);
  const { ServerVersion, Swarm } = toRecord(info);
  const path = realPath(configFileOf(argv));
  const swarm = toText(toRecord(Swarm).LocalNodeState);
  return {
    pid: says.pid,
    version: toText(ServerVersion),
    argv,
    liveRestore: says.liveRestore,
    swarm: swarm !== '' && swarm !== 'inactive',
    path,
    text: readText(path),
    hasUntriedEdits: await isUntried(host, says.pid, path),
  };
}
