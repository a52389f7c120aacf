/** One line of /proc/1/mountinfo (proc(5)). */
export interface Mount {
  /** `major:minor`. */
  readonly device: string;
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
  readonly type: string;
  readonly origin: string;
  /** Options of the superblock: `ro` here is the host's truth, in any mount namespace. */
  readonly superOptions: readonly string[];
}

/** The mount that holds a path: the longest mount point that is its prefix, the last one mounted there. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    const prefix = mount.point === '/' ? '/' : `${mount.point}/`;
    if (path !== mount.point && !path.startsWith(prefix)) continue;
    if (best === undefined || mount.point.length >= best.point.length) best = mount;
  }
  return best;
}
