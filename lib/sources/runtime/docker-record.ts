import { parseObject } from '../../model/json.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { readProcessAge } from '../host/process-age.ts';
import { daemonPid } from './daemon-process.ts';
import { dockerInfo } from './docker-info.ts';
import { unitsOf } from './docker-ping.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

/** What a running docker last answered, kept by the agent for the time when it answers nothing; of this very process, and no other. */
export interface DockerRecord {
  readonly pid: number;
  readonly startTicks: number;
  readonly liveRestore: boolean;
}

/** In a tmpfs, as the process is: neither outlives a boot. */
export const DOCKER_RECORD = '/run/nodemend/docker-info.json';

/** Undefined: no record, or none of ours. */
export function parseDockerRecord(text: string): DockerRecord | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const { pid, startTicks, liveRestore } = record;
  if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof liveRestore !== 'boolean') return undefined;
  return { pid, startTicks, liveRestore };
}

/** An answer may have been kept this long: a process that is younger may not be the one that gave it. */
const OLDEST_ANSWER = (dockerInfo.keep ?? 0) + dockerInfo.deadline;

/** Undefined: docker does not answer, or it is not certain which process did. */
export const dockerRecord = defineSource<DockerRecord | undefined>({
  id: 'docker-record',
  deadline: seconds(9),
  async read(host, context) {
    const [info, { services }] = await Promise.all([context.use(dockerInfo), context.use(runtimeEndpoint)]);
    const service = services.find(({ name }) => name === 'docker');
    if (info.kind !== 'known' || service === undefined) return undefined;
    const pid = await daemonPid(host, service, await unitsOf(context));
    const age = pid === undefined ? undefined : await readProcessAge(host, pid);
    if (pid === undefined || age === undefined || host.clock.now() - age.startedAt < OLDEST_ANSWER) return undefined;
    return { pid, startTicks: age.startTicks, liveRestore: info.liveRestore };
  },
});
