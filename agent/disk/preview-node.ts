import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { Headroom, ReclaimPreview } from '../../lib/model/reclaim.ts';
import { mountPointOf } from '../../lib/sources/eviction/eviction-filesystems.ts';
import { evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { mounts } from '../../lib/sources/host/mounts.ts';
import { factsOf } from '../facts.ts';
import { gatherer } from '../gather.ts';
import { openReclaimNode } from './reclaim/node.ts';
import { previewReclaim } from './reclaim/preview.ts';
import { reclaimTargets } from './reclaim-targets.ts';

/** One filesystem, and what reclaim-disk would free on it. */
export interface FilesystemPreview {
  readonly filesystem: string;
  readonly available: Headroom;
  /** What has to be available for its checks to pass; 0: nothing is short. */
  readonly wanted: Headroom;
  readonly steps: readonly ReclaimPreview[];
}

/** Every filesystem the kubelet watches, and what each step would free on it now. Removes nothing. */
export async function previewNode(host: HostView, config: AgentConfig): Promise<readonly FilesystemPreview[]> {
  const factOf = factsOf(gatherer(host));
  const [eviction, table, { reclaim, filesystems = [] }] = await Promise.all([
    factOf(evictionSignals),
    factOf(mounts),
    reclaimTargets({}, config, factOf),
  ]);
  if (reclaim === undefined) return [];
  const disks = (eviction?.signals ?? []).filter(({ signal, observed }) => /fs\./.test(signal) && observed !== null);
  const places = disks.map(({ at = '/', device }) => (table === undefined ? at : mountPointOf(table.mounts, at, device)));
  const node = openReclaimNode(host, config.cluster.enabled);
  const previews: FilesystemPreview[] = [];
  for (const filesystem of new Set(places)) {
    const wanted = filesystems.find((one) => one.filesystem === filesystem)?.until ?? { bytes: 0, inodes: 0 };
    const steps = await previewReclaim(node, filesystem, reclaim);
    previews.push({ filesystem, available: node.available(filesystem), wanted, steps });
  }
  return previews;
}
