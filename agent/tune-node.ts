import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { explainPathFailure } from '../lib/model/path-failure.ts';
import { isUnavailable, type Source } from '../lib/model/source.ts';
import { seconds } from '../lib/model/units.ts';
import { kubeletCommand } from '../lib/sources/kubelet/kubelet-command.ts';
import { readConfigLayers } from '../lib/sources/kubelet/kubelet-config-files.ts';
import { type KubeletSettings, kubeletSettings } from '../lib/sources/kubelet/kubelet-settings.ts';
import { type KubeletUnitState, kubeletUnit } from '../lib/sources/kubelet/kubelet-unit.ts';
import type { TuneNode } from '../lib/tune/node.ts';
import { STEM } from '../lib/tune/node.ts';
import { readServiceCommand } from '../lib/tune/service-command.ts';
import type { UnitText } from '../lib/tune/unit-file.ts';
import { isUnclear } from '../lib/tune/unit-words.ts';
import type { Gatherer } from './gather.ts';

/** The plan, or the change, ends here. */
export const cannot = (why: string): AgentError => new AgentError('TUNE_CANNOT_TELL', why);

async function factOf<Fact>(gathered: Gatherer, source: Source<Fact>): Promise<Fact> {
  const fact = await gathered.fact(source);
  if (isUnavailable(fact)) throw cannot(fact.unavailable);
  return fact;
}

async function readText(host: HostView, path: string): Promise<string | undefined> {
  const answer = await host.readFile(path);
  if (answer.kind === 'missing') return undefined;
  if (answer.kind !== 'text') throw cannot(`${path}: ${explainPathFailure(answer)}`);
  if (answer.truncated) throw cannot(`${path} is larger than 1 MiB`);
  return answer.text;
}

async function readUnits(host: HostView, { fragmentPath, dropInPaths }: KubeletUnitState): Promise<readonly UnitText[]> {
  const paths = [fragmentPath, ...dropInPaths].filter((path) => path !== '');
  const texts = await Promise.all(paths.map((path) => readText(host, path)));
  return paths.map((path, index) => {
    const text = texts[index];
    if (text === undefined) throw cannot(`${path} is gone, and systemd still has it loaded; systemctl daemon-reload first`);
    return { path, text };
  });
}

async function readEnvironment(host: HostView, units: readonly UnitText[], unit: string): Promise<ReadonlyMap<string, string>> {
  const command = readServiceCommand(units, unit);
  if (isUnclear(command)) return new Map();
  const read = await Promise.all(command.files.map(async ({ path }) => [path, await readText(host, path)] as const));
  return new Map(read.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
}

/** Our own file of an earlier time, in the directory that a plan may write to. */
async function readOwn(host: HostView, directory: string | undefined): Promise<readonly (readonly [string, string])[]> {
  if (directory === undefined) return [];
  const listing = await host.listDirectory(directory);
  const names = listing.kind === 'entries' ? listing.names.filter((name) => name.includes(STEM)) : [];
  const texts = await Promise.all(
    names.map(async (name) => [`${directory}/${name}`, (await readText(host, `${directory}/${name}`)) ?? ''] as const),
  );
  return texts;
}

export interface TuneSubject {
  readonly node: TuneNode;
  readonly settings: KubeletSettings;
}

/** The kubelet's unit, files and command line, all of one moment; throws where it cannot be told what would happen. */
export async function readTuneNode(host: HostView, gathered: Gatherer): Promise<TuneSubject> {
  const [command, settings, unit] = await Promise.all([
    factOf(gathered, kubeletCommand),
    factOf(gathered, kubeletSettings),
    factOf(gathered, kubeletUnit),
  ]);
  if (!settings.installed) throw cannot('there is no kubelet on this host');
  if (command.layout !== 'systemd')
    throw cannot(`the kubelet of this host belongs to ${command.layout}; its thresholds are set there`);
  if (settings.version === undefined) throw cannot("the kubelet's version is not known, and with it what it accepts");
  if (unit.kind !== 'unit') throw cannot(unit.why);
  if (unit.needDaemonReload) throw cannot(`files of ${unit.unit} changed after systemd read them; systemctl daemon-reload first`);
  const units = await readUnits(host, unit);
  const paths = { root: '', ...(settings.configFile === undefined ? {} : { file: settings.configFile }) };
  const directory = settings.configDirectory;
  const [environmentFiles, layers, own, ownFile] = await Promise.all([
    readEnvironment(host, units, unit.unit),
    readConfigLayers(host, { ...paths, ...(directory === undefined ? {} : { directory }) }),
    readOwn(host, `/etc/systemd/system/${unit.unit}.d`),
    readOwn(host, directory?.replace(/\/+$/, '')),
  ]);
  const existing = new Map([...own, ...ownFile]);
  const version = settings.version;
  const node = { version, unit: unit.unit, units, environmentFiles, argv: command.argv, layers, existing };
  return { node: directory === undefined ? node : { ...node, configDirectory: directory }, settings };
}

/** The largest image of the runtime; where it does not say, a usual large one. */
export async function largestImage(host: HostView, settings: KubeletSettings): Promise<{ bytes: number; from: string }> {
  const sizes =
    settings.dockerEndpoint === undefined
      ? await criSizes(host, settings.runtimeEndpoint)
      : await dockerSizes(host, settings.dockerEndpoint);
  const largest = Math.max(0, ...sizes);
  return largest > 0
    ? { bytes: largest, from: 'the largest image here' }
    : { bytes: 2 ** 30, from: 'assumed, the runtime does not tell' };
}

const sizesIn = (list: unknown, key: string): readonly number[] =>
  (Array.isArray(list) ? list : [])
    .map((image) => Number((image as Record<string, unknown> | null)?.[key]))
    .filter(Number.isFinite);

async function criSizes(host: HostView, socketPath: string | undefined): Promise<readonly number[]> {
  if (socketPath === undefined) return [];
  const answer = await host.criCall({ socketPath, service: 'ImageService', method: 'ListImages', deadline: seconds(3) });
  return answer.kind === 'response' ? sizesIn(answer.response.images, 'size') : [];
}

async function dockerSizes(host: HostView, socketPath: string): Promise<readonly number[]> {
  const answer = await host.httpGet({ socketPath, url: 'http://localhost/images/json', deadline: seconds(3) });
  if (answer.kind !== 'response' || answer.status !== 200 || answer.truncated) return [];
  try {
    return sizesIn(JSON.parse(answer.body), 'Size');
  } catch {
    return [];
  }
}

/** Pods with logs on this host; the directory is the kubelet's own. */
export async function countPods(host: HostView, settings: KubeletSettings): Promise<{ count: number; from: string }> {
  const listing = await host.listDirectory('/var/log/pods');
  if (listing.kind === 'entries') return { count: listing.names.length, from: '/var/log/pods' };
  return { count: settings.maxPods, from: 'maxPods' };
}
