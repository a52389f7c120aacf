import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../host.ts';
import type { Lab } from '../lab.ts';
import { waitFor } from '../wait.ts';

const NODEMEND = '/opt/nodemend/nodemend';

export interface Tuned {
  readonly code: number | null;
  readonly outcome: string;
  readonly message: string;
  readonly mechanism: string | undefined;
  readonly path: string | undefined;
  /** In seconds, by itself. */
  readonly took: number;
  readonly refusals: readonly string[];
}

interface Document {
  readonly write?: { readonly mechanism: string; readonly path: string } | null;
  readonly refusals?: readonly { readonly reason: string }[];
  readonly result?: {
    readonly outcome: string;
    readonly message: string;
    readonly steps: readonly { readonly seconds: number }[];
  };
}

/** One run of the installed `tune eviction --json`. */
export async function tune(host: LabHost, ...words: readonly string[]): Promise<Tuned> {
  const argv = [NODEMEND, 'tune', 'eviction', ...words, '--json'];
  const { code, stdout, stderr } = await host.exec(argv, { timeoutMs: 240_000 });
  const document: Document = stdout.startsWith('{') ? (JSON.parse(stdout) as Document) : {};
  const { result, write } = document;
  return {
    code,
    outcome: result?.outcome ?? 'none',
    message: result?.message ?? stderr,
    mechanism: write?.mechanism,
    path: write?.path,
    took: result?.steps.at(-1)?.seconds ?? 0,
    refusals: document.refusals?.map(({ reason }) => reason) ?? [],
  };
}

/** The running kubelet's words; none: it does not run. */
export async function argvOf(host: LabHost): Promise<readonly string[]> {
  const pid = (await host.sh('systemctl show -p MainPID --value kubelet')).trim();
  const { stdout } = await host.exec(['cat', `/proc/${pid}/cmdline`]);
  return stdout.split('\0').slice(0, -1);
}

/** Hard thresholds as the last kubelet logged them at its start. */
export async function loggedSignals(host: LabHost): Promise<readonly string[]> {
  const pid = (await host.sh('systemctl show -p MainPID --value kubelet')).trim();
  const journal = await host.sh(`journalctl -o cat _PID=${pid} | grep HardEvictionThresholds | tail -1`);
  const list = /HardEvictionThresholds"?:\[(.*?)\]/.exec(journal)?.[1] ?? '';
  return [...list.matchAll(/Signal"?:"?([\w.]+)/g)].map(([, signal = '']) => signal).sort();
}

/** Everything a change could touch: names, bytes, modes, owners, times of the last change of content. */
export async function bytesOf(host: LabHost): Promise<string> {
  const places =
    '/etc/systemd /etc/default /etc/kubernetes /usr/lib/systemd/system/kubelet* /var/lib/kubelet/*.yaml /var/lib/kubelet/*.env';
  return await host.sh(`find ${places} \\( -type f -o -type d \\) -not -name 'nodemend.s*' 2>/dev/null | sort | while read -r f; do
    if [ -f "$f" ]; then stat -c '%n %a %u %g %Y' "$f"; sha256sum "$f"; else stat -c '%n %a' "$f"; fi; done`);
}

/** The guard `starting`: two minutes for a kubelet that nobody has proved. */
export async function untilSettled(host: LabHost): Promise<void> {
  await waitFor(
    'a kubelet of more than two minutes',
    async () => {
      const since = Number(await host.sh('systemctl show -p ActiveEnterTimestampMonotonic --value kubelet')) / 1e6;
      const up = Number((await host.sh('cat /proc/uptime')).split(' ')[0]);
      return up - since > 122 ? true : undefined;
    },
    { timeoutMs: 300_000, everyMs: 1000 },
  );
}

/** Of the host's own filesystem at /var/lib/kubelet. */
export async function kubeletDiskBytes(host: LabHost): Promise<number> {
  return Number((await host.sh('df -B1 --output=size /var/lib/kubelet | tail -1')).trim());
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

export async function conditionOf(lab: Lab, host: LabHost, type: string): Promise<string> {
  const node = (await lab.kubectlJson(['get', 'node', host.name])) as { status: { conditions: readonly Condition[] } };
  return node.status.conditions.find((one) => one.type === type)?.status ?? '';
}

/** Pods of this name by their phase; those that are evicted stay as Failed. */
export async function phasesOf(lab: Lab, app: string): Promise<readonly string[]> {
  const { items } = (await lab.kubectlJson(['get', 'pods', '-l', `app=${app}`])) as {
    items: readonly { status: { phase: string } }[];
  };
  return items.map(({ status }) => status.phase);
}

const DEFAULTS = 'etc/default/kubelet';

export const readDefaults = (host: LabHost): string => readFileSync(join(host.root, DEFAULTS), 'utf8');
