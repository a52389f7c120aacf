import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, seconds } from '../../model/units.ts';

export type Networkd =
  | { readonly kind: 'inactive' }
  | {
      readonly kind: 'active';
      /** ManageForeignRoutingPolicyRules=: it removes rules that are not its own when it starts. */
      readonly managesForeignRules: boolean;
      /** Routing policy rules of others; undefined when they could not be listed. */
      readonly foreignRules: number | undefined;
    };

/** In the order of precedence; of two files with one name only the first is read. */
const DIRECTORIES = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

/** The last word of a file on the setting, if it says any. */
export function parseManagesForeignRules(text: string): boolean | undefined {
  let section = '';
  let found: boolean | undefined;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const value = /^ManageForeignRoutingPolicyRules\s*=\s*(\S*)$/.exec(line)?.[1]?.toLowerCase();
    if (section !== 'Network' || value === undefined) continue;
    found = value === '' ? undefined : !/^(0|no|n|false|f|off)$/.test(value);
  }
  return found;
}

async function mainFile(host: HostView): Promise<string> {
  for (const directory of DIRECTORIES) {
    const answer = await host.readFile(`${directory}/networkd.conf`, { maxBytes: 64 * KiB });
    if (answer.kind === 'text') return answer.text;
  }
  return '';
}

async function dropIns(host: HostView): Promise<string[]> {
  const paths = new Map<string, string>();
  for (const directory of DIRECTORIES) {
    const answer = await host.listDirectory(`${directory}/networkd.conf.d`);
    for (const name of answer.kind === 'entries' ? answer.names : []) {
      if (name.endsWith('.conf') && !paths.has(name)) paths.set(name, `${directory}/networkd.conf.d/${name}`);
    }
  }
  const inOrder = [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, 64);
  const answers = await Promise.all(inOrder.map(([, path]) => host.readFile(path, { maxBytes: 64 * KiB })));
  return answers.flatMap((answer) => (answer.kind === 'text' ? [answer.text] : []));
}

/** `ip -d rule`: everything but the kernel's own rules and networkd's ("static"); networkd spares no other. */
export function countForeignRules(text: string): number {
  const rules = text.split('\n').filter((line) => /^\d+:/.test(line));
  return rules.filter((line) => !/ proto (kernel|static)\b/.test(line)).length;
}

async function readForeignRules(host: HostView): Promise<number | undefined> {
  const families = ['-4', '-6'].map((family) =>
    host.run(['ip', family, '-d', 'rule'], { deadline: seconds(1), maxBytes: 256 * KiB }),
  );
  let total: number | undefined;
  for (const result of await Promise.all(families)) {
    if (result.kind === 'exited' && result.code === 0) total = (total ?? 0) + countForeignRules(result.stdout);
  }
  return total;
}

async function readNetworkd(host: HostView): Promise<Networkd> {
  const table = await host.processes();
  if (table.kind !== 'processes') throw new AgentError('SOURCE_UNREADABLE', `/proc: ${explainPathFailure(table)}`);
  // The first 15 bytes of systemd-networkd.
  if (!table.entries.some(({ name }) => name === 'systemd-network')) return { kind: 'inactive' };
  const [main, others, foreignRules] = await Promise.all([mainFile(host), dropIns(host), readForeignRules(host)]);
  const said = [main, ...others].map(parseManagesForeignRules).filter((word) => word !== undefined);
  return { kind: 'active', managesForeignRules: said.at(-1) ?? true, foreignRules };
}

/** systemd-networkd, as far as it endangers what CNI plugins set up. */
export const networkd = defineSource<Networkd>({ id: 'networkd', deadline: seconds(4), read: readNetworkd });
