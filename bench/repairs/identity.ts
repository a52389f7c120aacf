import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { authorityDirectory } from '../../test/lab/kubelet.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { makeAuthority, renderKubeconfig } from '../../test/lab/pki.ts';
import { apiServerOf } from '../../test/lab/state.ts';

const GROUP = 'nodemend:agents';
const path = (host: LabHost): string => join(host.root, 'etc/nodemend/kubeconfig');

/** What disrupts work needs an identity of the agent's own: what `nodemend rbac` prints, and a certificate of its group. */
export async function giveIdentity(host: LabHost, lab: Lab): Promise<void> {
  const policy = Number(lab.kubeletVersion.split('.')[1]) < 30 ? ' --without-policy' : '';
  const manifests = await host.sh(`/opt/nodemend/nodemend rbac --group ${GROUP}${policy}`);
  const applied = await lab.kubectl(['apply', '-f', '-'], { input: manifests });
  if (applied.code !== 0) throw new Error(applied.stderr);
  const authority = await makeAuthority(authorityDirectory(lab.state));
  const certificate = await authority.issue(`nodemend-${host.name}`, `/O=${GROUP}/CN=nodemend:${host.name}`);
  const kubeconfig = renderKubeconfig({ server: apiServerOf(lab.state), ca: authority.ca, user: 'nodemend', certificate });
  mkdirSync(join(host.root, 'etc/nodemend'), { recursive: true });
  writeFileSync(path(host), kubeconfig, { mode: 0o600 });
}

export async function takeIdentity(host: LabHost): Promise<void> {
  rmSync(path(host), { force: true });
}
