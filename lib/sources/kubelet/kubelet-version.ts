import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { kubeletCommand } from './kubelet-command.ts';

export type KubeletVersion =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** `v1.20.2` of "Kubernetes v1.20.2" or "k3s version v1.28.2+k3s1 (…)". */
export function parseVersion(text: string): string | undefined {
  return /^(?:Kubernetes|k3s version|rke2 version|k0s version)?\s*(v1\.\d+\.\d+\S*)/m.exec(text)?.[1];
}

/** Asking costs 50 ms of CPU, and one binary has one answer. */
const answers = new WeakMap<HostView, Map<string, string>>();

async function askBinary(host: HostView, path: string): Promise<KubeletVersion> {
  const status = await host.fileStatus(path);
  if (status.kind !== 'status') return { kind: 'unknown', why: `${path}: ${status.kind}` };
  // Whoever holds the kubelet's port chose this file: as root only what root alone can write is started.
  if (status.uid !== 0 || (status.mode & 0o022) !== 0)
    return { kind: 'unknown', why: `${path} can be written by others than root` };

  const key = `${status.device}:${status.inode}:${status.modifiedAt}`;
  const known = answers.get(host) ?? new Map<string, string>();
  answers.set(host, known);
  const before = known.get(key);
  if (before !== undefined) return { kind: 'version', version: before };

  const answer = await host.run([path, '--version'], { deadline: seconds(2), maxBytes: 4096 });
  const version = answer.kind === 'exited' ? parseVersion(answer.stdout) : undefined;
  if (version === undefined) return { kind: 'unknown', why: `${path} --version: ${answer.kind}` };
  known.set(key, version);
  return { kind: 'version', version };
}

/** The running binary, even when its file was replaced meanwhile; else the one the unit would start. */
async function read(host: HostView, { use }: ReadContext): Promise<KubeletVersion> {
  const { pid, argv } = await use(kubeletCommand);
  const paths = [pid === undefined ? undefined : `/proc/${pid}/exe`, argv[0]];
  let last: KubeletVersion = { kind: 'unknown', why: 'no kubelet binary is known' };
  for (const path of paths) {
    if (path === undefined || !path.startsWith('/')) continue;
    last = await askBinary(host, path);
    if (last.kind === 'version') return last;
  }
  return last;
}

export const kubeletVersion = defineSource<KubeletVersion>({ id: 'kubelet-version', deadline: seconds(7), read });
