import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';

/** Changes by itself on a node that nobody touches. */
const MOVING = [
  '/proc',
  '/sys',
  '/dev',
  '/tmp',
  '/var/tmp',
  '/var/log',
  '/var/cache',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/cni',
  '/var/lib/dockershim',
  '/var/lib/kubelet/pods',
  '/var/lib/kubelet/device-plugins',
  '/var/lib/kubelet/plugins_registry',
  '/var/lib/kubelet/cpu_manager_state',
  '/var/lib/kubelet/memory_manager_state',
  '/var/lib/systemd',
  // Ansible's own.
  '/home/ops/.ansible',
  '/root/.ansible',
];

/** Every file with its mode, owner, time and content; every unit with its state. One line each. */
export async function hostInventory(host: LabHost): Promise<readonly string[]> {
  const skip = MOVING.map((path) => `-path ${path}`).join(' -o ');
  const within = `find / -xdev \\( ${skip} -o -path /run \\) -prune -o`;
  const script = `${within} -type f -printf '%p file %m %U:%G %s %T@\\n' -o -type d -printf '%p directory %m %U:%G\\n' -o -printf '%p %y %m %U:%G %l\\n'
    ${within} -type f -print0 | xargs -0 sha256sum
    find /run -name '*nodemend*'
    systemctl list-unit-files --no-legend --plain | tr -s ' '
    systemctl list-units --all --no-legend --plain --type=service,socket,slice,timer,path --full | awk '{ print $1, $2, $3, $4 }'
    systemctl cat kubelet.service docker.service containerd.service 2>/dev/null
    systemctl show kubelet.service -p ExecStart --value | sed 's/start_time.*//'`;
  const lines = (await host.sh(script, { timeoutMs: 120_000 })).split('\n');
  // Sessions of ours, and what systemd runs by the clock. Times to the hundredth of a millisecond: a time that was put back by a
  // program that counts seconds in a double (utimes of Node.js) is some 100 ns off.
  return lines
    .map((line) => line.replace(/( file .* \d+\.\d{5})\d+$/, '$1'))
    .filter(
      (line) =>
        !/^(session-|user-|user@|user-runtime-dir@|run-|apt-daily|systemd-tmpfiles-clean|fstrim|e2scrub|dpkg-db)/.test(line),
    )
    .sort();
}

interface Condition {
  readonly type: string;
  readonly lastHeartbeatTime?: string;
}

/** The Node field by field, without what its own kubelet writes every few seconds. */
export async function nodeFields(lab: Lab, host: LabHost): Promise<readonly string[]> {
  const node = (await lab.kubectlJson(['get', 'node', host.name])) as {
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly status: Readonly<Record<string, unknown>> & { readonly conditions: readonly Condition[] };
  };
  const { resourceVersion: _version, managedFields, ...metadata } = node.metadata;
  const managers = ((managedFields ?? []) as readonly { readonly manager: string }[]).map(({ manager }) => manager).sort();
  const { images: _images, conditions, ...status } = node.status;
  const still = conditions
    .map(({ lastHeartbeatTime: _beat, ...condition }) => condition)
    .sort((one, other) => one.type.localeCompare(other.type));
  return fields({ ...node, metadata, status: { ...status, conditions: still }, managers: [...new Set(managers)] });
}

function fields(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${JSON.stringify(value)}`];
  return Object.entries(value)
    .flatMap(([key, part]) => fields(part, `${path}.${key}`))
    .sort();
}

/** Lines that are in one of the two alone, with + and −. */
export function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const [old, fresh] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !fresh.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}

/** As it was before the first play. */
const before = new Map<string, { readonly files: readonly string[]; readonly node: readonly string[] }>();

export async function differenceOf(lab: Lab): Promise<readonly string[]> {
  const all: string[] = [];
  for (const host of lab.hosts) {
    const then = before.get(host.name);
    const now = { files: await hostInventory(host), node: await nodeFields(lab, host) };
    all.push(...differences(then?.files ?? [], now.files), ...differences(then?.node ?? [], now.node));
  }
  return all;
}

export async function rememberAll(lab: Lab): Promise<string> {
  for (const host of lab.hosts) before.set(host.name, { files: await hostInventory(host), node: await nodeFields(lab, host) });
  const first = before.get(lab.hosts[0]?.name ?? '');
  return `${first?.files.length} lines of a host, ${first?.node.length} of a Node`;
}
