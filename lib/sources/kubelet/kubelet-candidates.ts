import type { HostView, ProcessEntry } from '../../host/host.ts';
import { KiB, ms } from '../../model/units.ts';
import { type ControlGroup, parseControlGroup } from '../host/control-group.ts';
import type { KubeletLayout } from './kubelet-process.ts';

export interface Candidate {
  readonly entry: ProcessEntry;
  readonly argv: readonly string[];
  readonly group: ControlGroup;
}

/** Programs that are, or carry, a kubelet. The name is the process's own choice: it selects, and proves nothing. */
const NAME = /^(kubelet|hyperkube|kubelite|k3s|k3s-server|k3s-agent|rke2|k0s|microk8s)$/;
const MOST_CANDIDATES = 16;

/** /proc/PID/cmdline: words ended by NUL; a process that renamed itself pads them with more. */
export function parseCommandLine(text: string): string[] {
  return text.replace(/\0+$/, '').split('\0');
}

/** A process that still is one, and not of the kernel's. */
export function isAlive({ kernelThread, state }: ProcessEntry): boolean {
  return !kernelThread && state !== 'Z' && state !== 'X';
}

/** A supervisor (rke2, k0s) or another hyperkube server is not a kubelet; whoever owns its port is one all the same. */
export function isKubeletItself({ entry, argv }: Candidate): boolean {
  if (entry.name === 'rke2' || entry.name === 'k0s' || entry.name === 'microk8s') return false;
  if (entry.name === 'hyperkube') return argv.slice(1, 3).includes('kubelet');
  if (argv.includes('--disable-agent')) return false;
  return entry.name !== 'k3s' || /^(server|agent)$/.test(argv[1] ?? '');
}

const LAYOUTS: readonly (readonly [KubeletLayout, RegExp])[] = [
  ['k3s', /^k3s|\/k3s$/],
  ['rke2', /^rke2|\/rke2\//],
  ['k0s', /^k0s|\/k0s\//],
  ['microk8s', /microk8s|^kubelite$/],
];

export function layoutOf({ entry, argv, group }: Candidate): KubeletLayout {
  if (group.inside !== undefined) return 'container';
  const words = [group.unit ?? '', entry.name, argv[0] ?? ''];
  return LAYOUTS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'systemd';
}

/** The namespace of PID 1, or our own where that may not be seen (PID 1 of another user namespace). */
async function hostNamespace(host: HostView, kind: 'net' | 'pid'): Promise<string | undefined> {
  const ofInit = await host.readLink(`/proc/1/ns/${kind}`);
  const link = ofInit.kind === 'link' ? ofInit : await host.readLink(`/proc/self/ns/${kind}`);
  return link.kind === 'link' ? link.target : undefined;
}

/** Whoever is in a PID namespace below ours has a number there, too, and every user may read it (NSpid, Linux 4.1). */
async function isBelow(host: HostView, pid: number): Promise<boolean> {
  const status = await host.readFile(`/proc/${pid}/status`, { maxBytes: 16 * KiB });
  return status.kind === 'text' && /^NSpid:\t\d+[ \t]+\d+/m.test(status.text);
}

/** A process whose namespace may not be seen (an ordinary user looks) is the host's, unless it is another host's inside of this one. */
async function sharesNamespace(host: HostView, pid: number, kind: 'net' | 'pid'): Promise<boolean> {
  const [own, ofHost] = await Promise.all([host.readLink(`/proc/${pid}/ns/${kind}`), hostNamespace(host, kind)]);
  if (own.kind !== 'link') return !(await isBelow(host, pid));
  return ofHost === undefined || own.target === ofHost;
}

export async function describeProcess(host: HostView, entry: ProcessEntry): Promise<Candidate> {
  const [cgroup, commandLine] = await Promise.all([
    host.readFile(`/proc/${entry.pid}/cgroup`, { maxBytes: 64 * KiB }),
    // Waits for mmap_lock, which a task stuck in a page fault holds for ever.
    host.readFile(`/proc/${entry.pid}/cmdline`, { maxBytes: 128 * KiB, deadline: ms(500) }),
  ]);
  return {
    entry,
    argv: commandLine.kind === 'text' && commandLine.text !== '' ? parseCommandLine(commandLine.text) : [],
    group: cgroup.kind === 'text' ? parseControlGroup(cgroup.text) : {},
  };
}

/**
 * Whether it can be this host's kubelet: not a pod's process, in the host's network (kind, k3d and vcluster nodes are not),
 * and if it lives in a container, in the host's PID namespace, as RKE1 runs it and no ordinary container is.
 */
async function mayBeKubelet(host: HostView, { entry, group }: Candidate): Promise<boolean> {
  if (group.inside === 'pod' || !(await sharesNamespace(host, entry.pid, 'net'))) return false;
  return group.inside === undefined || sharesNamespace(host, entry.pid, 'pid');
}

/** A service of this host whose unit or command line speaks of a kubelet, whatever its process is called. */
export async function resemblesKubelet(host: HostView, candidate: Candidate): Promise<boolean> {
  const { argv, group } = candidate;
  if (group.inside !== undefined) return false;
  return [group.unit ?? '', ...argv].some((word) => /kubelet|kubelite|hyperkube|k3s/.test(word)) && mayBeKubelet(host, candidate);
}

/** Every process that is named like a kubelet and may be this host's, the oldest first: its children have its name until they exec. */
export async function readCandidates(host: HostView, entries: readonly ProcessEntry[]): Promise<readonly Candidate[]> {
  const named = entries
    .filter((entry) => isAlive(entry) && NAME.test(entry.name))
    .toSorted((a, b) => a.startTicks - b.startTicks)
    .slice(0, MOST_CANDIDATES);
  const candidates = await Promise.all(named.map((entry) => describeProcess(host, entry)));
  const verdicts = await Promise.all(candidates.map((candidate) => mayBeKubelet(host, candidate)));
  return candidates.filter((_, index) => verdicts[index] === true);
}
