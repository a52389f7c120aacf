/** What the control groups of one process say about whom it belongs to. */
export interface Membership {
  /** UIDs as the kubelet wrote them into its groups, dashes restored. */
  readonly pods: readonly string[];
  readonly containers: readonly string[];
  /** In the kubelet's tree of pods, and in no pod's group. */
  readonly astray: boolean;
}

/** `kubepods`, `kubepods.slice`, `kubelet-kubepods-burstable.slice` (kubelet --cgroup-root). */
const PODS = /(?:^|-)kubepods(?:[-.]|$)/;
/** cgroupfs: `podUID`; systemd: `kubepods-burstable-podUID.slice`, where the UID has `_` in place of `-`. */
const POD = /(?:^|-)pod([^/]+?)(\.slice(?::.*)?)?$/;
/** Outside of the tree: only what nobody else would be called. */
const UID = /^[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}$|^[0-9a-f]{32}$/;
/** `ID`, `docker-ID.scope`, `cri-containerd-ID.scope`, `crio-ID.scope`, `kubepods…:cri-containerd:ID`. */
const CONTAINER = /(?:^|[-:])([0-9a-f]{64})(?:\.scope)?$/;

function podIn(segment: string, inTree: boolean): string | undefined {
  const [, uid, slice] = POD.exec(segment) ?? [];
  if (uid === undefined || (!inTree && !UID.test(uid))) return undefined;
  return slice === undefined ? uid : uid.replaceAll('_', '-');
}

function readPath(path: string): { readonly pod?: string; readonly container?: string; readonly inTree: boolean } {
  const segments = path.split('/').filter((segment) => segment !== '');
  let inTree = false;
  let pod: string | undefined;
  let container: string | undefined;
  for (const segment of segments) {
    pod ??= podIn(segment, inTree);
    container ??= CONTAINER.exec(segment)?.[1];
    inTree ||= PODS.test(segment);
    // One segment names tree and pod under systemd: kubepods-podUID.slice.
    if (inTree) pod ??= podIn(segment, true);
  }
  return { inTree, ...(pod === undefined ? {} : { pod }), ...(container === undefined ? {} : { container }) };
}

/** /proc/PID/cgroup of v1, v2 and both: a process that is in a pod by one hierarchy is in that pod. Undefined: not one line of it. */
export function parseMembership(text: string): Membership | undefined {
  const paths = text.split('\n').flatMap((line) => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? []);
  if (paths.length === 0) return undefined;
  const read = paths.map(readPath);
  const pods = [...new Set(read.flatMap(({ pod }) => pod ?? []))];
  const containers = [...new Set(read.flatMap(({ container }) => container ?? []))];
  return { pods, containers, astray: pods.length === 0 && read.some(({ inTree }) => inTree) };
}
