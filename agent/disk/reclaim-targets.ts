import type { AgentConfig } from '../../lib/config/schema.ts';
import { headroomFor, type Margins } from '../../lib/disk/headroom.ts';
import type { Fault } from '../../lib/model/finding.ts';
import type { PlanContext, TargetFilesystem } from '../../lib/model/remedy.ts';
import type { FactOf } from '../../lib/model/source.ts';
import { mountPointOf } from '../../lib/sources/eviction/eviction-filesystems.ts';
import { type EvictionSignal, evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { mounts } from '../../lib/sources/host/mounts.ts';

const isDisk = ({ signal, observed }: EvictionSignal) => /fs\./.test(signal) && observed !== null;

export function marginsOf({ checks }: AgentConfig): Margins {
  const settings = checks['eviction-signals'];
  return { margin: Number(settings?.margin ?? 0), capacityMargin: Number(settings?.capacityMargin ?? 0) };
}

/**
 * What reclaim-disk has to bring back for this fault: of the signal it names; of every disk that is short, where it is a symptom of
 * one (a runtime that hangs for want of space).
 */
export async function reclaimTargets(
  { subject }: Pick<Fault, 'subject'>,
  config: AgentConfig,
  factOf: FactOf,
): Promise<Pick<PlanContext, 'reclaim' | 'filesystems'>> {
  const reclaim = config.remedies['reclaim-disk']?.steps;
  const [eviction, table] = await Promise.all([factOf(evictionSignals), factOf(mounts)]);
  const disks = (eviction?.signals ?? []).filter(isDisk);
  const named = disks.find(({ signal }) => signal === subject);
  // Space and inodes of one filesystem are brought back together.
  const devices = new Set((named === undefined ? disks : [named]).map(({ device }) => device));
  const targets = [...devices].map((device): TargetFilesystem => {
    const own = disks.filter((disk) => disk.device === device);
    const at = own[0]?.at ?? '/';
    const filesystem = table === undefined ? at : mountPointOf(table.mounts, at, device);
    return { filesystem, until: headroomFor(own, marginsOf(config)) };
  });
  const short = targets.filter(({ until }) => until.bytes > 0 || until.inodes > 0);
  return { ...(reclaim === undefined ? {} : { reclaim }), filesystems: short };
}
