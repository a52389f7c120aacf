import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';

/** What a Debian node has before Ansible comes: a way in, a way to root, and Python. */
const PACKAGES = ['openssh-server', 'python3', 'sudo'];
const CACHE = process.env.NODEMEND_LAB_CACHE ?? '/var/cache/nodemend-lab';

/** The user that Ansible logs in as. */
export const OPERATOR = 'ops';

const hasSsh = (host: LabHost) => existsSync(join(host.root, 'usr/sbin/sshd'));

/** The hosts have no way to a mirror: the machine finds out what one of them lacks, and fetches that for all. */
async function fetchPackages(host: LabHost): Promise<string> {
  const archives = join(CACHE, 'ssh-debs');
  rmSync(archives, { recursive: true, force: true });
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const options = [
    `Dir::State::status=${join(host.root, 'var/lib/dpkg/status')}`,
    `Dir::Cache::archives=${archives}`,
    'APT::Sandbox::User=root',
    'DPkg::Lock::Timeout=300',
  ].flatMap((option) => ['-o', option]);
  const words = ['--yes', '--quiet=2', '--download-only', '--no-install-recommends'];
  await must(['apt-get', ...options, ...words, 'install', ...PACKAGES], { timeoutMs: 300_000 });
  return archives;
}

export async function installSsh(hosts: readonly LabHost[]): Promise<void> {
  const bare = hosts.filter((host) => !hasSsh(host));
  const [first] = bare;
  if (first === undefined) return;
  const archives = await fetchPackages(first);
  for (const host of bare) await unpack(host, archives);
}

/** By dpkg, again because of python3's Pre-Depends: all of them are there, and apt waits minutes for a mirror that the host cannot reach. */
async function unpack(host: LabHost, archives: string): Promise<void> {
  const place = join(host.root, 'root/debs');
  cpSync(archives, place, { recursive: true });
  await host.sh('export DEBIAN_FRONTEND=noninteractive; for n in 1 2 3; do dpkg --install /root/debs/*.deb && break; done', {
    timeoutMs: 300_000,
  });
  rmSync(place, { recursive: true });
}

/** Lets the owner of the key in as an ordinary user who may become root; gives the host's line for known_hosts. */
export async function openSsh(host: LabHost, publicKey: string): Promise<string> {
  await host.sh(`id ${OPERATOR} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --uid 1999 ${OPERATOR} --groups sudo`);
  const home = join(host.root, 'home', OPERATOR, '.ssh');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'authorized_keys'), publicKey, { mode: 0o600 });
  writeFileSync(join(host.root, 'etc/sudoers.d/ops'), `${OPERATOR} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
  await host.sh(
    `chown -R ${OPERATOR}: /home/${OPERATOR}/.ssh && chmod 700 /home/${OPERATOR}/.ssh && systemctl start ssh.service`,
  );
  const key = readFileSync(join(host.root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  return `${host.address} ${key}\n`;
}
