const OWN: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^overlay2?\/[^/]+\/merged$/, ['overlay']],
  [/^(aufs|vfs)\/(mnt|dir)\/[^/]+$/, ['aufs']],
  [/^containers\/[^/]+\/(mounts\/)?shm$/, ['tmpfs']],
  [/^containers\/[^/]+\/(mounts\/)?secrets$/, ['tmpfs']],
  [/^plugins\/[^/]+\/rootfs$/, ['overlay']],
  [/^(netns|network)\/.*$/, ['nsfs', 'proc']],
];

/** Whether docker made this mount for a container and makes it again itself; a remapped user's root is one directory deeper. */
export function dockerOwnMount(root: string, point: string, type: string): boolean {
  const below = point.slice(root.length + 1).replace(/^\d+\.\d+\//, '');
  return OWN.some(([pattern, types]) => pattern.test(below) && types.includes(type));
}
