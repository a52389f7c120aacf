import type { HostView } from '../../host/host.ts';
import { configFileOf } from '../../model/dockerd-flags.ts';
import { parseObject } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Instant, KiB, ms, seconds } from '../../model/units.ts';
import { type ProcessAge, readProcessAge } from '../host/process-age.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { within } from '../within.ts';
import { daemonPid } from './daemon-process.ts';
import { dockerInfo } from './docker-info.ts';
import { unitsOf } from './docker-ping.ts';
import { DOCKER_RECORD, parseDockerRecord } from './docker-record.ts';
import { wasReloaded } from './docker-reload.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

/** Whether the *running* docker leaves its containers alone when it ends. */
export type LiveRestore =
  /** `from`: what proves it. */
  { readonly kind: 'known'; readonly on: boolean; readonly from: string } | { readonly kind: 'unknown'; readonly why: string };

const TRUE = /^(1|t|T|true|TRUE|True)$/;

/** `--live-restore` as Go's pflag reads it; dockerd does not start with the same setting in its file as well. */
export function liveRestoreFlag(argv: readonly string[]): boolean | undefined {
  const flag = argv.findLast((word) => word === '--live-restore' || word.startsWith('--live-restore='));
  if (flag === undefined) return undefined;
  return flag === '--live-restore' || TRUE.test(flag.slice('--live-restore='.length));
}

const unknown = (why: string): LiveRestore => ({ kind: 'unknown', why });
const known = (on: boolean, from: string): LiveRestore => ({ kind: 'known', on, from });

type DockerProcess = ProcessAge & { readonly pid: number };

/** What lies in the file now is what the daemon read only if nobody touched it since: not by moving another in its place either. */
async function fromFile(host: HostView, path: string, process: DockerProcess): Promise<LiveRestore> {
  const { startedAt } = process;
  const status = await host.fileStatus(path);
  if (status.kind === 'missing') return fromNoFile(host, path, startedAt);
  if (status.kind !== 'status' || status.changedAt === undefined) return unknown(`${path} could not be looked at`);
  const isOlder = Math.max(status.modifiedAt, status.changedAt) < startedAt;
  const isReloaded = !isOlder && (await wasReloaded(host, process, status));
  if (!isOlder && !isReloaded) return unknown(`${path} is newer than the running docker`);
  const file = await host.readFile(path, { maxBytes: 256 * KiB });
  const settings = file.kind === 'text' && !file.truncated ? parseObject(file.text) : undefined;
  if (settings === undefined) return unknown(`${path} could not be understood`);
  const why = isReloaded ? 'which the running docker has reloaded' : 'older than the running docker';
  return known(settings['live-restore'] === true, `${path}, ${why}`);
}

/** No file now: none then either, if the directory is older too. Off is docker's default. */
async function fromNoFile(host: HostView, path: string, startedAt: Instant): Promise<LiveRestore> {
  const directory = await host.fileStatus(path.slice(0, path.lastIndexOf('/')));
  const isOlder = directory.kind === 'missing' || (directory.kind === 'status' && directory.modifiedAt < startedAt);
  return isOlder ? known(false, `there is no ${path}`) : unknown(`${path} may have been removed since docker was started`);
}

async function fromProcess(host: HostView, context: ReadContext): Promise<LiveRestore> {
  const { services } = await context.use(runtimeEndpoint);
  const service = services.find(({ name }) => name === 'docker');
  if (service === undefined) return unknown('no docker on this host');
  const pid = await daemonPid(host, service, await unitsOf(context));
  const age = pid === undefined ? undefined : await readProcessAge(host, pid);
  if (pid === undefined || age === undefined) return unknown('the process of docker was not found');

  const [record, cmdline] = await Promise.all([
    host.readFile(DOCKER_RECORD, { maxBytes: 4 * KiB }),
    host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: ms(500) }),
  ]);
  const said = record.kind === 'text' ? parseDockerRecord(record.text) : undefined;
  if (said?.pid === pid && said.startTicks === age.startTicks) return known(said.liveRestore, 'what this docker last said');
  if (cmdline.kind !== 'text') return unknown(`the command line of process ${pid} could not be read`);
  const argv = parseCommandLine(cmdline.text);
  const flag = liveRestoreFlag(argv);
  return flag === undefined
    ? fromFile(host, configFileOf(argv), { pid, ...age })
    : known(flag, `--live-restore of process ${pid}`);
}

/** From docker itself where it answers; from what it was started with where it hangs. Files that changed since prove nothing. */
export const liveRestore = defineSource<LiveRestore>({
  id: 'live-restore',
  deadline: seconds(7),
  keep: seconds(60),
  worthKeeping: ({ kind }) => kind === 'known',
  async read(host, context) {
    // A docker that hangs shows within the first quarter of a second: /info is then not asked.
    const info = await within(host, context.use(dockerInfo), seconds(5));
    if (info?.kind === 'known') return known(info.liveRestore, 'docker info');
    return fromProcess(host, context);
  },
});
