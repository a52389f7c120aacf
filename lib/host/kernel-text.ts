import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { FileAnswer } from './host.ts';

/**
 * Files that the kernel makes from what it has in memory, without a lock that a stuck process or disk can hold: not `cmdline`
 * and `environ` (mmap_lock), not `cgroup` (cgroup_mutex before 6.x), nothing below /sys.
 */
const SHORT =
  /^\/proc\/(?:uptime|loadavg|meminfo|stat|pressure\/(?:cpu|memory|io)|sys\/(?:kernel|fs|net)\/[\w/-]+|\d+\/(?:task\/\d+\/)?(?:stat|status|limits))$/;
const PROC_SUPER_MAGIC = 0x9fa0;

/** Per file, because lxcfs mounts its own over some of them: a FUSE server, which can hang. */
const isProcfs = new Map<string, boolean>();

/** Whether a file may be read on the spot. Not before its file system has said what it is, which it is asked without waiting. */
export function isKernelText(path: string): boolean {
  if (!SHORT.test(path)) return false;
  const place = /^\/proc\/\d/.test(path) ? '/proc' : path;
  const known = isProcfs.get(place);
  if (known !== undefined) return known;
  isProcfs.set(place, false);
  statfs(place).then(
    ({ type }) => isProcfs.set(place, type === PROC_SUPER_MAGIC),
    () => isProcfs.delete(place),
  );
  return false;
}

/** One call in place of five through the thread pool. Throws as fs does. */
export function readKernelText(path: string, maxBytes: number): FileAnswer {
  const text = readFileSync(path, 'utf8');
  const truncated = text.length > maxBytes;
  return { kind: 'text', text: truncated ? text.slice(0, maxBytes) : text, truncated };
}
