import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { present } from '../../model/present.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';
import { type KubeletCommand, kubeletCommand } from './kubelet-command.ts';
import { type ConfigLayers, type ConfigProblem, readConfigLayers } from './kubelet-config-files.ts';
import { kubeletConfigz } from './kubelet-configz.ts';
import type { KubeletInputs } from './kubelet-effective.ts';
import { flagText, type KubeletFlags, parseFlags } from './kubelet-flags.ts';
import { type KubeletLayout, kubeletProcess } from './kubelet-process.ts';
import { kubeletStartLine } from './kubelet-start-line.ts';
import { type ConfigPaths, type KubeletSettings, toSettings } from './kubelet-to-settings.ts';
import { kubeletVersion } from './kubelet-version.ts';

export type { ConfigProblem } from './kubelet-config-files.ts';
export type { Setting } from './kubelet-config-merge.ts';
export type { KubeletSettings } from './kubelet-to-settings.ts';

/** kubeadm's places, where there is no command line to name others. */
const USUAL = { config: '/var/lib/kubelet/config.yaml', kubeconfig: '/etc/kubernetes/kubelet.conf' };

async function pathsOf(host: HostView, flags: KubeletFlags, command: KubeletCommand): Promise<ConfigPaths> {
  const there = async (path: string) => ((await host.fileStatus(path)).kind === 'missing' ? undefined : path);
  if (command.argv.length === 0) {
    return { ...present('file', await there(USUAL.config)), ...present('kubeconfig', await there(USUAL.kubeconfig)) };
  }
  const directory = command.pid === undefined ? undefined : await host.readLink(`/proc/${command.pid}/cwd`);
  const base = directory?.kind === 'link' ? directory.target.replace(/\/$/, '') : '';
  const absolute = (path: string | undefined) =>
    path === undefined || path === '' || path.startsWith('/') ? path || undefined : `${base}/${path}`;
  return {
    ...present('file', absolute(flagText(flags, 'config'))),
    ...present('directory', absolute(flagText(flags, 'config-dir'))),
  };
}

/** These run the kubelet as a thread of theirs: what flags it got, their own command line does not tell. */
const EMBEDDED: readonly KubeletLayout[] = ['k3s', 'microk8s'];

function hidden({ layout, argv }: KubeletCommand): ConfigProblem {
  const message = `${layout} runs the kubelet inside its own process, where its flags cannot be seen; only its configz tells them`;
  return { file: argv[0] ?? layout, message };
}

/** A side source that ran out of time takes nothing but itself away. */
async function unlessLate<Fact>(reading: Promise<Fact>): Promise<Fact | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return undefined;
  }
}

/** The first file that was written, or moved into place, after this instant. */
async function changedSince(host: HostView, root: string, files: readonly string[], start: Instant): Promise<string | undefined> {
  const statuses = await Promise.all(files.map((file) => host.fileStatus(`${root}${file}`)));
  return files.find((_, index) => {
    const status = statuses[index];
    return status?.kind === 'status' && Math.max(status.modifiedAt, status.changedAt ?? 0) > start + seconds(1);
  });
}

/** What is in force where the files no longer tell it, and the kubelet does not let us ask. */
async function witnesses(host: HostView, root: string, layers: ConfigLayers, { use }: ReadContext) {
  const process = await unlessLate(use(kubeletProcess));
  if (process?.kind !== 'running') return {};
  const files = [...(layers.main === undefined ? [] : [layers.main]), ...layers.dropIns].map(({ file }) => file);
  const changed = await changedSince(host, root, files, process.startedAt);
  if (changed === undefined && layers.problems.length === 0) return {};
  const line = await unlessLate(use(kubeletStartLine));
  return { ...present('changed', changed), ...(line?.kind === 'heard' ? { logged: line } : {}) };
}

async function read(host: HostView, context: ReadContext): Promise<KubeletSettings> {
  const { use } = context;
  const command = await use(kubeletCommand);
  const flags = parseFlags(command.argv.slice(1));
  const paths = await pathsOf(host, flags, command);
  // A kubelet in a container has files of its own.
  const root = command.layout === 'container' && command.pid !== undefined ? `/proc/${command.pid}/root` : '';
  const [layers, version, configz] = await Promise.all([
    readConfigLayers(host, { root, ...paths }),
    unlessLate(use(kubeletVersion)),
    unlessLate(use(kubeletConfigz)),
  ]);
  const inputs: KubeletInputs = {
    installed: command.installed,
    flags,
    layers:
      EMBEDDED.includes(command.layout) && configz?.kind !== 'config'
        ? { ...layers, problems: [...layers.problems, hidden(command)] }
        : layers,
    ...(version?.kind === 'version' ? { version: version.version } : {}),
    ...(configz?.kind === 'config' ? { configz: configz.content } : await witnesses(host, root, layers, context)),
  };
  return toSettings(inputs, command, paths);
}

export const kubeletSettings = defineSource<KubeletSettings>({
  id: 'kubelet-settings',
  deadline: seconds(8),
  keep: seconds(60),
  read,
});
