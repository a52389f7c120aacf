import { parse } from 'yaml';
import type { HostView, ProcessEntry } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { KiB, seconds } from '../../model/units.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { authoritiesOfKubeconfig, trustedBy } from './cluster-authority.ts';
import { type Component, componentsOf, flagsOf, NAMES } from './component.ts';

const MOST_PROCESSES = 64;
/** A person waits for this, and a starved host needs it. */
const PATIENCE = seconds(4);

/** A component, and the root under which its paths are seen from here. */
interface Found {
  readonly component: Component;
  readonly root: string;
}

export interface ComponentsHere {
  readonly components: readonly Component[];
  /** Sentences: what looks like one and could not be read. */
  readonly unread: readonly string[];
}

/** A process's name is cut after 15 bytes and its own choice: the command line must agree. */
const looksLike = ({ name, kernelThread, state }: ProcessEntry): boolean =>
  !kernelThread && state !== 'Z' && NAMES.some((one) => one.slice(0, 15) === name);

async function ofProcess(host: HostView, { pid, name: title }: ProcessEntry): Promise<Found | string | undefined> {
  const cmdline = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: PATIENCE });
  // It has ended meanwhile.
  if (cmdline.kind === 'missing') return undefined;
  if (cmdline.kind !== 'text') return `the command line of ${title} (process ${pid}): ${explainPathFailure(cmdline)}`;
  const words = parseCommandLine(cmdline.text);
  const name = NAMES.find((one) => words[0]?.split('/').at(-1) === one);
  if (name === undefined) return undefined;
  return { component: { name, flags: flagsOf(words.slice(1)), from: `process ${pid} of this host` }, root: `/proc/${pid}/root` };
}

async function ofManifest(host: HostView, path: string): Promise<readonly Found[]> {
  const answer = await host.readFile(path);
  if (answer.kind !== 'text' || answer.truncated) return [];
  try {
    return componentsOf(parse(answer.text), path).map((component) => ({ component, root: '' }));
  } catch {
    return [];
  }
}

async function ofManifests(host: HostView, directory: string): Promise<readonly Found[]> {
  const listing = await host.listDirectory(directory);
  const names = listing.kind === 'entries' ? listing.names.filter((name) => !name.startsWith('.')).slice(0, 64) : [];
  return (await Promise.all(names.map((name) => ofManifest(host, `${directory}/${name}`)))).flat();
}

/** Only what trusts the same authority is ours; where that cannot be told, only one of each kind. */
async function ofOurCluster(host: HostView, found: readonly Found[], kubeconfig: string | undefined): Promise<ComponentsHere> {
  const all = found.map(({ component }) => component);
  const ours = new Set(kubeconfig === undefined ? [] : await authoritiesOfKubeconfig(host, kubeconfig));
  if (ours.size === 0) return { components: found.length <= NAMES.length ? all : [], unread: [] };
  const trusts = await Promise.all(found.map(({ component, root }) => trustedBy(host, root, component.flags)));
  const isOurs = (index: number) => trusts[index]?.some((certificate) => ours.has(certificate)) === true;
  const dark = all.filter((_, index) => trusts[index]?.length === 0);
  return {
    components: all.filter((_, index) => isOurs(index)),
    unread: dark.map(({ name, from }) => `${name} (${from}): which cluster it serves could not be told`),
  };
}

/** A host may carry parts of several clusters (a lab, a hosted control plane). */
export async function componentsHere(host: HostView, manifests: string, kubeconfig: string | undefined): Promise<ComponentsHere> {
  const table = await host.processes();
  const entries = table.kind === 'processes' ? table.entries.filter(looksLike).slice(0, MOST_PROCESSES) : [];
  const [processes, files] = await Promise.all([
    Promise.all(entries.map((entry) => ofProcess(host, entry))),
    ofManifests(host, manifests),
  ]);
  const found = [...processes.filter((one) => typeof one === 'object'), ...files];
  const { components, unread } = await ofOurCluster(host, found, kubeconfig);
  return { components, unread: [...processes.filter((one) => typeof one === 'string'), ...unread] };
}
