/** Where a process lives, from /proc/PID/cgroup. */
export interface ControlGroup {
  /** The service closest to the process: `kubelet.service`. Absent in sessions, scopes and containers. */
  readonly unit?: string;
  /** `pod`: of this or another kubelet. `container`: started by a container runtime directly. */
  readonly inside?: 'pod' | 'container';
}

// systemd escapes unit names as `\x2d`; systemd-nspawn@ and user@ hold other services below them.
const SERVICE = /^[\w@:.\x5c-]+\.service$/;
const CONTAINER = /(^|[-/:])[0-9a-f]{64}(\.scope)?$/;
const POD = /^kubepods|[-/]kubepods|^pod[0-9a-f]{8}[-_]?[0-9a-f]{4}|-pod[0-9a-f]{8}_/;

function parsePath(path: string): ControlGroup {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => POD.test(segment))) return { inside: 'pod' };
  const service = segments.findLastIndex((segment) => SERVICE.test(segment));
  const container = segments.findLastIndex((segment) => CONTAINER.test(segment));
  // A service below a container is a node inside a container (kind): the unit is what that node's systemd manages.
  if (container > service) return { inside: 'container' };
  const unit = segments[service];
  return unit === undefined ? {} : { unit };
}

/** Both hierarchies; systemd's own one (v1 `name=systemd`, v2 `0::`) is believed first, but a pod in any of them is a pod. */
export function parseControlGroup(text: string): ControlGroup {
  const lines = text.split('\n').flatMap((line) => {
    const [, controllers = '', path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ own: controllers === 'name=systemd' || controllers === '', group: parsePath(path) }];
  });
  const inside = lines.find(({ group }) => group.inside === 'pod') ?? lines.find(({ group }) => group.inside !== undefined);
  if (inside !== undefined) return inside.group;
  const named = lines.filter(({ group }) => group.unit !== undefined);
  return (named.find(({ own }) => own) ?? named[0])?.group ?? {};
}
