import type { HostView } from '../../host/host.ts';
import { configFileOf } from '../../model/dockerd-flags.ts';
import type { PendingChange } from '../../model/guard.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, ms, seconds } from '../../model/units.ts';
import { readSettled } from '../kubelet/eviction-tuning.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { flagText, parseFlags } from '../kubelet/kubelet-flags.ts';
import { wasReloaded } from '../runtime/docker-reload.ts';
import { type ManagedUnit, managedUnits } from './managed-units.ts';

interface Configuration {
  readonly files: readonly string[];
  /** Every file in them. */
  readonly directories: readonly string[];
}

function flagOf(argv: readonly string[], flags: readonly string[]): string | undefined {
  for (const [at, word] of argv.entries()) {
    if (flags.includes(word)) return argv[at + 1];
    const flag = flags.find((one) => word.startsWith(`${one}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
  }
  return undefined;
}

/** What a daemon reads when it starts. Certificates and kubeconfigs are not among it: they are renewed under way. */
export function configurationOf(unit: string, argv: readonly string[]): Configuration {
  if (unit === 'docker.service') return { files: [configFileOf(argv)], directories: [] };
  if (unit === 'containerd.service') {
    return {
      files: [flagOf(argv, ['--config', '-c']) ?? '/etc/containerd/config.toml'],
      directories: ['/etc/containerd/conf.d'],
    };
  }
  if (unit === 'crio.service') {
    return { files: [flagOf(argv, ['--config', '-c']) ?? '/etc/crio/crio.conf'], directories: ['/etc/crio/crio.conf.d'] };
  }
  if (unit.startsWith('cri-docker')) return { files: [], directories: [] };
  const flags = parseFlags(argv.slice(1));
  const [file, directory] = [flagText(flags, 'config'), flagText(flags, 'config-dir')];
  return { files: file === undefined ? [] : [file], directories: directory === undefined ? [] : [directory] };
}

async function filesIn(host: HostView, directory: string): Promise<readonly string[]> {
  const entries = await host.listDirectory(directory);
  return entries.kind === 'entries' ? entries.names.slice(0, 64).map((name) => `${directory}/${name}`) : [];
}

type Main = NonNullable<ManagedUnit['main']>;

/**
 * What daemon.json was changed to may be in force by a reload, without any start (nodemend tune docker); and what tune eviction put
 * back under a kubelet that had read just these bytes is newer, and no change.
 */
async function isUntried(host: HostView, id: string, main: Main, path: string): Promise<boolean> {
  const status = await host.fileStatus(path);
  if (status.kind !== 'status' || Math.max(status.modifiedAt, status.changedAt ?? 0) <= main.startedAt) return false;
  if (id === 'docker.service') return !(await wasReloaded(host, main, status));
  const settled = id.startsWith('kubelet') ? await readSettled(host) : undefined;
  const isOwn = settled?.pid === main.pid && settled.startTicks === main.startTicks;
  return !isOwn || settled.changedAt[path.replace(/\/+$/, '')] !== status.changedAt;
}

async function newerFiles(host: HostView, unit: ManagedUnit, configuration: Configuration): Promise<readonly string[]> {
  const { main, id } = unit;
  if (main === undefined) return [];
  const inside = await Promise.all(configuration.directories.map((directory) => filesIn(host, directory)));
  // A directory is newer when a file in it was removed.
  const paths = new Set([...unit.files, ...configuration.files, ...configuration.directories, ...inside.flat()]);
  const untried = await Promise.all([...paths].map(async (path) => ((await isUntried(host, id, main, path)) ? [path] : [])));
  return untried.flat();
}

/** dockerd 23 and later say whether they would start with a file; what an older one says of the flag means nothing. */
async function validation(host: HostView, binary: string, path: string): Promise<string> {
  const argv = [binary, '--validate', '--config-file', path] as const;
  const result = await host.run(argv, { deadline: seconds(2), maxBytes: 16 * KiB });
  if (result.kind !== 'exited' || /unknown flag/.test(result.stderr)) return '';
  if (result.code === 0) return ' (dockerd --validate: OK)';
  return ` (dockerd --validate: ${result.stderr.trim().split('\n').at(-1)?.slice(0, 160) ?? ''})`;
}

async function changesOf(host: HostView, unit: ManagedUnit): Promise<readonly PendingChange[]> {
  const { main, id } = unit;
  if (main === undefined) return [];
  const [link, cmdline] = await Promise.all([
    host.readLink(`/proc/${main.pid}/exe`),
    host.readFile(`/proc/${main.pid}/cmdline`, { maxBytes: 128 * KiB, deadline: ms(500) }),
  ]);
  const argv = cmdline.kind === 'text' ? parseCommandLine(cmdline.text) : [];
  const newer = await newerFiles(host, unit, configurationOf(id, argv));
  const binary = link.kind === 'link' ? link.target : '';
  const deleted = binary.endsWith(' (deleted)');
  const daemonJson = id === 'docker.service' ? newer.find((path) => path === configFileOf(argv)) : undefined;
  const verdict =
    daemonJson === undefined || !binary.startsWith('/') || deleted ? '' : await validation(host, binary, daemonJson);
  const what = [
    ...(deleted ? [{ what: `${binary.replace(/ \(deleted\)$/, '')} was replaced or deleted` }] : []),
    ...(unit.needDaemonReload ? [{ what: 'unit files changed since the last daemon-reload' }] : []),
    ...newer.map((path) => ({ what: `${path} is newer than its process${path === daemonJson ? verdict : ''}`, path })),
  ];
  return what.map((one) => ({ unit: id, ...one }));
}

/** What a restart would apply that no run has tried. Undefined: systemd did not say which processes there are. */
export const pendingChanges = defineSource<readonly PendingChange[] | undefined>({
  id: 'pending-changes',
  deadline: seconds(9),
  async read(host, { use }) {
    const managed = await use(managedUnits);
    if (managed.kind !== 'units') return undefined;
    const running = Object.values(managed.units).filter(({ activeState }) => activeState === 'active');
    return (await Promise.all(running.map((unit) => changesOf(host, unit)))).flat();
  },
});
