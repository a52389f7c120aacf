import type { HostView, ProcessEntry } from '../../host/host.ts';
import type { Repairer } from '../../model/guard.ts';
import { parseJson, toObject } from '../../model/json.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, ms, seconds } from '../../model/units.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { flagText, parseFlags } from '../kubelet/kubelet-flags.ts';

/** The unit a health-checker of node-problem-detector kills; undefined: it only looks. Repair is its default. */
export function healthCheckerUnit(args: readonly string[]): string | undefined {
  const flags = parseFlags(args);
  if (/^(false|0|f)$/i.test(flagText(flags, 'enable-repair') ?? 'true')) return undefined;
  const component = flagText(flags, 'component') ?? 'kubelet';
  const service =
    flagText(flags, 'service') ?? flagText(flags, 'systemd-service') ?? (component === 'cri' ? 'containerd' : component);
  return service.endsWith('.service') ? service : `${service}.service`;
}

/** Units that the rules of one custom-plugin-monitor file kill. */
export function repairedByMonitor(text: string): readonly string[] {
  const { rules } = toObject(parseJson(text));
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: { path?: unknown; args?: unknown } | null) => {
    const { path, args } = rule ?? {};
    if (typeof path !== 'string' || !path.endsWith('/health-checker')) return [];
    return healthCheckerUnit(Array.isArray(args) ? args.map(String) : []) ?? [];
  });
}

/** Its files as the process itself sees them: it may well live in a container. */
async function nodeProblemDetector(host: HostView, pid: number, argv: readonly string[]): Promise<readonly Repairer[]> {
  const flags = parseFlags(argv.slice(1));
  const lists = [...(flags.get('config.custom-plugin-monitor') ?? []), ...(flags.get('custom-plugin-monitors') ?? [])];
  const cwd = await host.readLink(`/proc/${pid}/cwd`);
  const directory = cwd.kind === 'link' ? cwd.target : '';
  const paths = lists.flatMap((list) => list.split(',')).map((path) => (path.startsWith('/') ? path : `${directory}/${path}`));
  const files = await Promise.all(
    paths.slice(0, 32).map((path) => host.readFile(`/proc/${pid}/root${path}`, { maxBytes: 256 * KiB })),
  );
  const units = [...new Set(files.flatMap((file) => (file.kind === 'text' ? repairedByMonitor(file.text) : [])))];
  return units.length === 0 ? [] : [{ name: `node-problem-detector's health-checker (process ${pid})`, units }];
}

const HEALTH_MONITOR: Readonly<Record<string, readonly string[]>> = {
  'container-runtime': ['docker.service', 'containerd.service'],
  kubelet: ['kubelet.service'],
};

/** Names of at most 15 bytes: each the program's own choice, so that its command line must agree. */
const KNOWN: Readonly<
  Record<string, (host: HostView, pid: number, argv: readonly string[]) => readonly Repairer[] | Promise<readonly Repairer[]>>
> = {
  'node-problem-de': nodeProblemDetector,
  'health-checker': (_, pid, argv) => {
    const unit = healthCheckerUnit(argv.slice(1));
    return unit === undefined ? [] : [{ name: `health-checker (process ${pid})`, units: [unit] }];
  },
  // GCE's cluster/gce/gci/health-monitor.sh and AKS's copy of it: kill the unit after one failure.
  'health-monitor.': (_, pid, argv) => [
    {
      name: `health-monitor.sh (process ${pid})`,
      units: HEALTH_MONITOR[argv.at(-1) ?? ''] ?? ['docker.service', 'containerd.service'],
    },
  ],
  'gardener-node-a': (_, pid) => [
    { name: `gardener-node-agent (process ${pid})`, units: ['kubelet.service', 'containerd.service'] },
  ],
};

async function repairersAmong(host: HostView, { name, pid }: ProcessEntry): Promise<readonly Repairer[]> {
  const cmdline = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: ms(500) });
  if (cmdline.kind !== 'text' || cmdline.text === '') return [];
  return (await KNOWN[name]?.(host, pid, parseCommandLine(cmdline.text))) ?? [];
}

/** Other programs on this host that restart what we would. Those that act through the API are seen on the Node. */
export const otherRepairers = defineSource<readonly Repairer[]>({
  id: 'other-repairers',
  deadline: seconds(4),
  async read(host) {
    const table = await host.processes();
    const known = table.kind === 'processes' ? table.entries.filter(({ name }) => Object.hasOwn(KNOWN, name)) : [];
    return (await Promise.all(known.slice(0, 16).map((entry) => repairersAmong(host, entry)))).flat();
  },
});
