const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];

/** The kubelet's PLEG metrics after these relists, in seconds. */
export function plegMetricsText({
  lastSeen,
  relists,
}: {
  readonly lastSeen?: number;
  readonly relists: readonly number[];
}): string {
  const name = 'kubelet_pleg_relist_duration_seconds';
  const buckets = BOUNDS.map((bound) => {
    const label = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    return `${name}_bucket{le="${label}"} ${relists.filter((relist) => relist <= bound).length}`;
  });
  const sum = relists.reduce((total, relist) => total + relist, 0);
  const stamp = lastSeen === undefined ? [] : [`kubelet_pleg_last_seen_seconds ${lastSeen}`];
  return [...stamp, ...buckets, `${name}_sum ${sum}`, `${name}_count ${relists.length}`, ''].join('\n');
}
