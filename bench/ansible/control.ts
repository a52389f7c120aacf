import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../../test/lab/lab.ts';
import { must, run } from '../../test/lab/run.ts';
import { installSsh, OPERATOR, openSsh } from './ssh-host.ts';

const ansible = join(import.meta.dirname, '../../ansible');

export interface Recap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
}

export interface Play {
  readonly code: number | null;
  readonly seconds: number;
  readonly text: string;
  /** By host; a host that the play never came to is not in it. */
  readonly recap: Readonly<Record<string, Recap>>;
}

/** A machine that steers: Ansible, a key that nobody else has, an inventory of the lab's hosts. */
export interface Control {
  readonly reports: string;
  play(playbook: string, variables?: Readonly<Record<string, unknown>>, ...words: readonly string[]): Promise<Play>;
  close(): void;
}

async function installAnsible(): Promise<void> {
  if (existsSync('/usr/bin/ansible-playbook') && existsSync('/usr/bin/ssh')) return;
  const words = ['--yes', '--quiet=2', '-o', 'DPkg::Lock::Timeout=300', 'install', '--no-install-recommends'];
  await must(['apt-get', ...words, 'ansible-core', 'openssh-client'], {
    timeoutMs: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

export function parseRecap(text: string): Readonly<Record<string, Recap>> {
  const rows = text.matchAll(/^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/gm);
  return Object.fromEntries(
    [...rows].map(([, host = '', ok, changed, unreachable, failed]) => [
      host,
      { ok: Number(ok), changed: Number(changed), unreachable: Number(unreachable), failed: Number(failed) },
    ]),
  );
}

function inventoryOf(lab: Lab, key: string): string {
  const hosts = lab.hosts.map(({ name, address }) => [name, { ansible_host: address }] as const);
  return JSON.stringify({
    nodes: {
      hosts: Object.fromEntries(hosts),
      vars: { ansible_user: OPERATOR, ansible_ssh_private_key_file: key },
      // The first is the canary and alone; a group of the others, for what differs by group.
      children: { others: { hosts: Object.fromEntries(hosts.slice(1).map(([name]) => [name, {}])) } },
    },
  });
}

export async function openControl(lab: Lab): Promise<Control> {
  await installAnsible();
  const folder = mkdtempSync(join(tmpdir(), 'nodemend-ansible-'));
  const at = (name: string) => join(folder, name);
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', at('key')]);
  const publicKey = readFileSync(at('key.pub'), 'utf8');
  await installSsh(lab.hosts);
  const known: string[] = [];
  for (const host of lab.hosts) known.push(await openSsh(host, publicKey));
  writeFileSync(at('known_hosts'), known.join(''));
  writeFileSync(at('hosts.json'), inventoryOf(lab, at('key')));
  const env = {
    ...process.env,
    ANSIBLE_CONFIG: join(ansible, 'ansible.cfg'),
    ANSIBLE_LOCAL_TEMP: at('tmp'),
    ANSIBLE_HOME: at('home'),
    ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=${at('known_hosts')} -o ControlPath=${at('%h')}`,
    ANSIBLE_NOCOLOR: '1',
  };
  const reports = at('reports');
  return {
    reports,
    async play(playbook, variables = {}, ...words) {
      const extra = JSON.stringify({ nodemend_report_directory: reports, nodemend_serial: [1, '100%'], ...variables });
      const argv = ['ansible-playbook', '-i', at('hosts.json'), '-e', extra, ...words, `playbooks/${playbook}.yml`];
      const began = performance.now();
      const { code, stdout, stderr } = await run(argv, { cwd: ansible, env, timeoutMs: 1_200_000 });
      const text = `${stdout}${stderr}`;
      return { code, seconds: (performance.now() - began) / 1000, text, recap: parseRecap(text) };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
