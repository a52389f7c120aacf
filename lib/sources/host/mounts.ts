import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { remembered } from '../../model/remembered.ts';
import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';

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

export interface MountTable {
  /** As the kernel lists them: of two on one point the later one is on top. */
  readonly mounts: readonly Mount[];
  readonly from: string;
  /** False: only the mounts of our own namespace were seen. */
  readonly ofHost: boolean;
  /** The table was longer than what was read of it. */
  readonly truncated: boolean;
}

/** The kernel writes blank, tab, newline, backslash and `#` as three octal digits. */
function decodeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Options are split before they are decoded: a comma inside a value is escaped too. */
const toOptions = (field: string): string[] => field.split(',').map(decodeOctal);

function parseMount(line: string): Mount | undefined {
  const fields = line.split(' ');
  // Optional fields (shared:N, master:N) stand between the sixth field and the separator.
  const separator = fields.indexOf('-', 6);
  const [, , device, root, point, options] = fields;
  const [type, origin, superOptions] = separator < 0 ? [] : fields.slice(separator + 1);
  if (device === undefined || root === undefined || point === undefined || options === undefined) return undefined;
  if (type === undefined || origin === undefined || superOptions === undefined) return undefined;
  return {
    device,
    root: decodeOctal(root),
    point: decodeOctal(point),
    options: toOptions(options),
    type: decodeOctal(type),
    origin: decodeOctal(origin),
    superOptions: toOptions(superOptions),
  };
}

export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => parseMount(line) ?? []);
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

// Nodes that leak mounts have tens of thousands of lines, 200 bytes each.
const MOST = 8 * MiB;

const mountsOf = remembered(parseMountinfo, 1);

async function readTable(host: HostView): Promise<MountTable> {
  const ofInit = await host.readFile('/proc/1/mountinfo', { maxBytes: MOST });
  if (ofInit.kind === 'text') {
    return { mounts: mountsOf(ofInit.text), from: '/proc/1/mountinfo', ofHost: true, truncated: ofInit.truncated };
  }
  const own = await host.readFile('/proc/self/mountinfo', { maxBytes: MOST });
  if (own.kind === 'text') {
    return { mounts: mountsOf(own.text), from: '/proc/self/mountinfo', ofHost: false, truncated: own.truncated };
  }
  throw new AgentError('SOURCE_UNREADABLE', `/proc/self/mountinfo: ${explainPathFailure(own)}`);
}

/** The host's mount table: our own namespace may show `ro` where the host is `rw` (ProtectSystem=). */
export const mounts = defineSource<MountTable>({ id: 'mounts', deadline: seconds(4), keep: seconds(30), read: readTable });
