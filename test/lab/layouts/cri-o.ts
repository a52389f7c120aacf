import type { RecordedAnswer } from '../../../lib/host/recording.ts';
import { type Layout, missing, withProcesses, withUnit } from './layout.ts';

const storage = '/var/lib/containers/storage';
const run = '/run/containers/storage/overlay-containers';
const taskRoot = /\/run\/containerd\/io\.containerd\.runtime\.v2\.task\/k8s\.io\/([0-9a-f]+)\/rootfs/g;
const sandboxRoot = /\/run\/containerd\/io\.containerd\.grpc\.v1\.cri\/sandboxes\/([0-9a-f]+)/g;

const version = '"runtimeName":"cri-o","runtimeVersion":"1.20.2","runtimeApiVersion":"v1alpha1"';

const isShim = (name = '') => name.startsWith('containerd-shim');
const isThere = (answer: unknown) => (answer as { readonly kind: string }).kind === 'status';

/** A sandbox and its container have one shim, and a conmon each. */
const ofContainer = (sandboxMonitor: number): number => sandboxMonitor + 10_000;

/** As conmon is started (internal/oci/runtime_oci.go), in a scope of its own: `conmon_cgroup = "system.slice"`. */
function conmon(pid: number, id: string): readonly RecordedAnswer[] {
  const argv = ['-b', `${run}/${id}/userdata`, '-c', id, '--exit-dir', '/var/run/crio/exits', '-r', '/usr/bin/runc', '-u', id];
  const scope = `/system.slice/crio-conmon-${id}.scope`;
  const text = (content: string) => ({ kind: 'text', text: content, truncated: false });
  return [
    { ask: `readFile /proc/${pid}/cmdline`, answer: text(`/usr/bin/conmon\0${argv.join('\0')}\0`) },
    { ask: `readFile /proc/${pid}/cgroup`, answer: text(`1:name=systemd:${scope}\n0::${scope}\n`) },
  ];
}

function conmons(recorded: readonly RecordedAnswer[]): readonly RecordedAnswer[] {
  const list = recorded.find(({ ask }) => ask.includes('RuntimeService.ListContainers'))?.answer as {
    readonly response: { readonly containers: readonly { readonly id: string; readonly podSandboxId: string }[] };
  };
  return recorded.flatMap(({ ask, answer }) => {
    const pid = /^readFile \/proc\/(\d+)\/cmdline$/.exec(ask)?.[1];
    const { text = '' } = answer as { readonly text?: string };
    const sandbox = /^\/usr\/bin\/containerd-shim.*\0-id\0([0-9a-f]+)\0/.exec(text)?.[1];
    if (pid === undefined || sandbox === undefined) return [];
    const container = list.response.containers.find(({ podSandboxId }) => podSandboxId === sandbox);
    const ofSandbox = conmon(Number(pid), sandbox);
    return container === undefined ? ofSandbox : [...ofSandbox, ...conmon(ofContainer(Number(pid)), container.id)];
  });
}

/** CRI-O in the place of containerd, in whatever names a process or a unit. */
const swapUnits = (text: string) =>
  text.replace(/\b(containerd|crio)\.service/g, (_, name) => (name === 'crio' ? 'containerd.service' : 'crio.service'));

function ofCrio(before: unknown): unknown {
  const shown = before as { readonly stdout: string };
  return withUnit({ ...shown, stdout: swapUnits(shown.stdout) }, 'crio.service', { KillMode: 'control-group' });
}

/**
 * CRI-O 1.20 (contrib/systemd/crio.service, server/image_fs_info.go, server/version.go): its service, socket and storage, a
 * conmon for each container in the place of a shim for each pod, and CRI in v1alpha2 alone.
 */
export const criO: Layout = {
  name: 'layout-cri-o',
  title: 'a healthy node with CRI-O',
  from: 'healthy-containerd',
  words: [
    [/unix:\/\/\/run\/containerd\/containerd\.sock/g, 'unix:///var/run/crio/crio.sock'],
    [/\/run\/containerd\/containerd\.sock/g, '/run/crio/crio.sock'],
    [taskRoot, `${storage}/overlay/$1/merged`],
    [sandboxRoot, `${run}/$1/userdata`],
    [/\/var\/lib\/containerd\/io\.containerd\.snapshotter\.v1\.overlayfs\/snapshots\/(\d+)\/fs/g, `${storage}/overlay/$1/diff`],
    [/\/var\/lib\/containerd\/io\.containerd\.snapshotter\.v1\.overlayfs/g, `${storage}/overlay-images`],
    [/\/var\/lib\/containerd/g, storage],
    // Of containerd it is the stats that its shim answers.
    [/RuntimeService\.ContainerStats /g, 'RuntimeService.ContainerStatus '],
    [/containerd:\/\/1\.6\.20/g, 'cri-o://1.20.2'],
    [/containerd:\/\//g, 'cri-o://'],
    [/"runtimeName":"containerd","runtimeVersion":"[^"]*","runtimeApiVersion":"v1"/g, version],
    [/\b(containerd|docker\.io) \S+ install ok installed\\n/g, ''],
    [/cgroupDriver: cgroupfs/g, 'cgroupDriver: systemd'],
    [/Name:\\tcontainerd\\n/g, 'Name:\\tcrio\\n'],
  ],
  answers: [
    [
      /^processes/,
      (before) =>
        withProcesses(before, (entry, entries) => {
          if (entry.name === 'containerd') return { ...entry, name: 'crio' };
          if (isShim(entry.name)) {
            return [entry.pid, ofContainer(entry.pid)].map((pid) => ({ ...entry, pid, name: 'conmon' }));
          }
          const isContainers = entry.name !== 'pause' && isShim(entries.find(({ pid }) => pid === entry.parent)?.name);
          return isContainers ? { ...entry, parent: ofContainer(entry.parent) } : entry;
        }),
    ],
    [/^run \["systemctl","show".*crio\.service/, ofCrio],
    [
      /^readFile \/proc\/\d+\/cgroup$/,
      (before) => ({ ...(before as object), text: swapUnits((before as { text: string }).text) }),
    ],
    [/^readFile \/etc\/containerd\//, missing],
    [/^criCall /, (before) => ({ ...(before as object), version: 'v1alpha2' })],
  ],
  more: (recorded) => [
    ...conmons(recorded),
    {
      ask: 'fileStatus /run/crio/crio.sock',
      answer: recorded.find(({ ask, answer }) => ask === 'fileStatus /run/crio/crio.sock' && isThere(answer))?.answer,
    },
    { ask: 'fileStatus /run/containerd/containerd.sock', answer: missing() },
  ],
};
