import { isObject, parseJson } from '../../model/json.ts';
import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';
import { dockerUrl, soonPing } from './docker-containers.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

export interface KnownDocker {
  readonly kind: 'known';
  readonly serverVersion?: string;
  /** As the running daemon has it, whatever its files say. */
  readonly liveRestore: boolean;
  readonly rootDirectory?: string;
  readonly running?: number;
}

export type DockerInfo = KnownDocker | { readonly kind: 'unknown'; readonly why: string };

/** Pure: the answer of /info. */
export function parseDockerInfo(body: string): DockerInfo {
  const info = parseJson(body);
  if (info === undefined) return { kind: 'unknown', why: 'docker info is no JSON' };
  if (!isObject(info)) return { kind: 'unknown', why: 'docker info is no object' };
  const { LiveRestoreEnabled, DockerRootDir, ContainersRunning, ServerVersion } = info;
  // A daemon before 1.12, or something else that answers on its socket.
  if (typeof LiveRestoreEnabled !== 'boolean') return { kind: 'unknown', why: 'docker info does not say live-restore' };
  return {
    kind: 'known',
    liveRestore: LiveRestoreEnabled,
    ...(typeof ServerVersion === 'string' ? { serverVersion: ServerVersion } : {}),
    ...(typeof DockerRootDir === 'string' && DockerRootDir.startsWith('/') ? { rootDirectory: DockerRootDir } : {}),
    ...(typeof ContainersRunning === 'number' ? { running: ContainersRunning } : {}),
  };
}

/** What the running docker says of itself. Asked only of one that answers: /info waits for containerd and runc. */
export const dockerInfo = defineSource<DockerInfo>({
  id: 'docker-info',
  deadline: seconds(6),
  keep: seconds(60),
  worthKeeping: ({ kind }) => kind === 'known',
  async read(host, context) {
    const { services } = await context.use(runtimeEndpoint);
    const service = services.find(({ name }) => name === 'docker');
    if (service === undefined) return { kind: 'unknown', why: 'no docker on this host' };
    const ping = await soonPing(host, context);
    if (ping?.kind !== 'asked' || ping.reply.kind !== 'answered') return { kind: 'unknown', why: 'docker does not answer' };
    const url = dockerUrl(ping, '/info');
    const answer = await host.httpGet({ socketPath: service.socketPath, url, deadline: seconds(3), maxBytes: MiB });
    if (answer.kind !== 'response') return { kind: 'unknown', why: `docker info: ${answer.kind}` };
    if (answer.status !== 200) return { kind: 'unknown', why: `docker info: HTTP ${answer.status}` };
    return parseDockerInfo(answer.body);
  },
});
