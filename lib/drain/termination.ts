import { formatDuration } from '../model/quantity.ts';
import type { Instant } from '../model/units.ts';
import { isReady, type Node, type Pod } from './objects.ts';

function age(pod: Pod, now: Instant): string {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp === undefined) return 'its eviction was granted';
  const grace = deletionGracePeriodSeconds * 1000;
  // The timestamp is the end of the grace period.
  const past = now - Date.parse(deletionTimestamp);
  if (past < 0)
    return `terminating for ${formatDuration(Math.max(0, grace + past))} of its grace period of ${formatDuration(grace)}`;
  return `terminating, ${formatDuration(past)} beyond the end of its grace period of ${formatDuration(grace)}`;
}

function volumeNames({ spec }: Pod): readonly string[] {
  return (spec?.volumes ?? [])
    .map(({ name, persistentVolumeClaim, ephemeral }) => {
      if (persistentVolumeClaim !== undefined) return `claim ${persistentVolumeClaim.claimName}`;
      return ephemeral === undefined ? undefined : `volume ${name}`;
    })
    .filter((name) => name !== undefined);
}

function kubeletOf(node: Node | undefined): string | undefined {
  if (node === undefined || isReady(node)) return undefined;
  const since = node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? 'an unknown time';
  return `the kubelet of ${node.metadata.name} has not been ready since ${since}, and nobody else ends its pods: --skip-wait-for-delete-timeout=60 goes on without them`;
}

/** What keeps a pod whose deletion was granted. */
export function describeTermination(pod: Pod, node: Node | undefined, now: Instant): string {
  const { finalizers = [] } = pod.metadata;
  const statuses = pod.status?.containerStatuses ?? [];
  const running = statuses.filter(({ state }) => state?.running !== undefined).map(({ name }) => name);
  const parts = [age(pod, now)];
  const kubelet = kubeletOf(node);
  if (kubelet !== undefined) parts.push(kubelet);
  else if (running.length > 0) parts.push(`still running: ${running.join(', ')}`);
  else if (statuses.length > 0) {
    const volumes = volumeNames(pod);
    parts.push(
      volumes.length === 0 ? 'its containers have ended' : `its containers have ended, to be unmounted: ${volumes.join(', ')}`,
    );
  }
  if (finalizers.length > 0) parts.push(`kept by the finalizer ${finalizers.join(', ')}, which its owner has to remove`);
  return parts.join('; ');
}
