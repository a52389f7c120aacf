import { realpathSync } from 'node:fs';
import { readDaemonJson } from '../../lib/docker/daemon-json.ts';
import { dataRootFlag, dataRootKey } from '../../lib/docker/data-root.ts';
import { usesContainerdStore } from '../../lib/docker/inventory.ts';
import type { MoveFacts } from '../../lib/docker/preflight.ts';
import type { HostView } from '../../lib/host/host.ts';
import { configFileOf } from '../../lib/model/dockerd-flags.ts';
import { toObject, toText } from '../../lib/model/json.ts';
import { readUnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { tried } from '../tried.ts';
import { askDocker } from './docker-api.ts';
import { readText } from './durable.ts';
import { MoveFailure } from './node.ts';

export interface DockerLook {
  readonly docker: MoveFacts['docker'];
  readonly from: string;
  /** What dockerd appends to the data root: the directory of a remapped user. */
  readonly suffix: string;
  readonly key: string;
  readonly config: { readonly path: string; readonly text: string | undefined };
}

export async function argvOf(host: HostView): Promise<readonly string[]> {
  const answer = await readUnitProperties(host, ['docker.service'], ['LoadState', 'ActiveState', 'MainPID']);
  if (answer.kind !== 'units') throw new MoveFailure(answer.why);
  const { LoadState, ActiveState = '', MainPID } = answer.units[0] ?? {};
  if (LoadState !== 'loaded') throw new MoveFailure('there is no docker.service on this host');
  if (ActiveState !== 'active')
    throw new MoveFailure(`docker.service is ${ActiveState}; it has to run, so that what it has can be compared`);
  const read = await host.readFile(`/proc/${MainPID}/cmdline`);
  if (read.kind !== 'text') throw new MoveFailure('the command line of dockerd could not be read');
  return read.text.split('\0').filter((word) => word !== '');
}

/** A link is followed: what it points to is the file that is written. */
const realPath = (path: string): string => tried(() => realpathSync(path)) ?? path;

/** The file that is written. */
export function settingsFileOf(argv: readonly string[]): string {
  const path = configFileOf(argv);
  if (path === '') throw new MoveFailure('dockerd was told by --config-file to read no daemon.json');
  return realPath(path);
}

function usesQuota(options: unknown): boolean {
  const texts = Array.isArray(options) ? options.map(toText) : [];
  return texts.some((text) => /^overlay2?\.size=/.test(text));
}

/** The running docker, as it says itself and as it was started. */
export async function lookAtDocker(host: HostView, socketPath: string): Promise<DockerLook> {
  const argv = await argvOf(host);
  const info = toObject(await askDocker(host, socketPath, '/info'));
  const path = settingsFileOf(argv);
  const text = readText(path);
  const settings = readDaemonJson(text) ?? {};
  const [version, root] = [toText(info.ServerVersion), toText(info.DockerRootDir)];
  if (!root.startsWith('/')) throw new MoveFailure('docker info does not say where its root is');
  const suffix = /\/\d+\.\d+$/.exec(root)?.[0] ?? '';
  const key = dataRootKey(version, Object.keys(settings));
  if (key === undefined) throw new MoveFailure(`docker is ${version}; 1.12 or later is needed`);
  const flag = dataRootFlag(argv)?.flag;
  const docker = {
    version,
    root,
    driver: toText(info.Driver),
    containerdStore: usesContainerdStore(info),
    quota: usesQuota(settings['storage-opts']) || argv.some((word) => /overlay2?\.size=/.test(word)),
    ...(flag === undefined ? {} : { flag }),
  };
  return { docker, from: root.slice(0, root.length - suffix.length), suffix, key, config: { path, text } };
}
