import { chooseContainers, chooseImages } from '../../../lib/disk/reclaim/choose.ts';
import { COREDUMPS, chooseCores, chooseJournal, chooseLogs, LOGS } from '../../../lib/disk/reclaim/choose-files.ts';
import type { StoredContainer, StoredFile, StoredImage } from '../../../lib/disk/reclaim/inventory.ts';
import { messageOf } from '../../../lib/model/error-words.ts';
import type { ReclaimSettings, ReclaimStepName } from '../../../lib/model/reclaim.ts';
import type { ReclaimNode, Store } from './node.ts';

/** What a step may remove now. `why`: it may remove nothing, and for this reason. */
export type Candidates =
  | { readonly kind: 'files'; readonly files: readonly StoredFile[] }
  | {
      readonly kind: 'journal';
      readonly directories: readonly { readonly path: string; readonly files: readonly StoredFile[] }[];
    }
  | { readonly kind: 'containers'; readonly store: Store; readonly containers: readonly StoredContainer[] }
  | {
      readonly kind: 'images';
      readonly store: Store;
      readonly images: readonly StoredImage[];
      readonly all: readonly StoredImage[];
    }
  | { readonly kind: 'none'; readonly why: string };

export interface Wanted {
  readonly step: ReclaimStepName;
  readonly filesystem: string;
  readonly settings: ReclaimSettings;
}

const none = (why: string): Candidates => ({ kind: 'none', why });

async function files(node: ReclaimNode, { step, filesystem, settings }: Wanted): Promise<Candidates> {
  const device = node.device(filesystem);
  const directories = step === 'logs' ? [LOGS] : [COREDUMPS, ...settings.cores.directories];
  const here = directories.filter((directory) => device !== undefined && node.device(directory) === device);
  if (device === undefined || here.length === 0) return none(`${directories.join(', ')}: nothing of it is on ${filesystem}`);
  const pods = await node.pods();
  if (pods.kind === 'unknown') return none(`which pods run here is not known: ${pods.why}`);
  const open = node.openFiles();
  if (open === undefined) return none('which files are open could not be found out in time');
  const use = { device, open, pods: pods.pods };
  const now = node.clock.now();
  if (step === 'logs')
    return { kind: 'files', files: chooseLogs(node.files(LOGS), use, { now, olderThan: settings.logs.olderThan }) };
  // Directories of dumps are flat, and what lies below a configured one was not meant.
  const dumps = here.flatMap((directory) => node.files(directory, 1));
  return { kind: 'files', files: chooseCores(dumps, use, { now, olderThan: settings.cores.olderThan }) };
}

const JOURNAL = `${LOGS}/journal`;

/** journald keeps one directory for each machine id; vacuuming goes by directory. */
function journal(
  node: ReclaimNode,
  {
    filesystem,
    settings: {
      journal: { keep },
    },
  }: Wanted,
): Candidates {
  if (node.device(JOURNAL) === undefined) return none('the journal is in memory only');
  if (node.device(JOURNAL) !== node.device(filesystem)) return none(`${JOURNAL} is not on ${filesystem}`);
  const paths = node.files(JOURNAL, 2);
  const directories = [...new Set(paths.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
  const each = directories.map((path) => ({
    path,
    files: chooseJournal(
      paths.filter((file) => file.path.startsWith(`${path}/`)),
      keep,
    ),
  }));
  return { kind: 'journal', directories: each.filter((one) => one.files.length > 0) };
}

async function stored(node: ReclaimNode, { step, filesystem, settings }: Wanted): Promise<Candidates> {
  const store = await node.store();
  if (typeof store === 'string') return none(store);
  if (node.device(store.directory) !== node.device(filesystem)) return none(`${store.directory} is not on ${filesystem}`);
  const pods = await node.pods();
  if (pods.kind === 'unknown') return none(`which pods run here is not known: ${pods.why}`);
  const { runtime } = store;
  const now = node.clock.now();
  const containers = await runtime.containers();
  if (step === 'containers') {
    return {
      kind: 'containers',
      store,
      containers: chooseContainers(containers, pods.pods, { now, olderThan: settings.containers.olderThan }),
    };
  }
  const [all, sandboxImages] = await Promise.all([runtime.images(), runtime.sandboxImages()]);
  const use = { containers, pods: pods.pods, sandboxImages };
  return { kind: 'images', store, all, images: chooseImages(all, use, { now, olderThan: settings.images.olderThan }) };
}

export async function candidatesOf(node: ReclaimNode, wanted: Wanted): Promise<Candidates> {
  try {
    if (wanted.step === 'journal') return journal(node, wanted);
    return await (wanted.step === 'logs' || wanted.step === 'cores' ? files(node, wanted) : stored(node, wanted));
  } catch (error) {
    return none(messageOf(error));
  }
}
