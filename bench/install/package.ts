import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';
import { changes, inventory, timed } from './look.ts';
import { figures, tell } from './tell.ts';

/** What dpkg itself remembers is its own. */
const withoutDpkg = async (host: LabHost): Promise<string> =>
  (await inventory(host))
    .split('\n')
    .filter((line) => !/\/var\/lib\/dpkg\/|\/var\/lib\/apt\//.test(line))
    .join('\n');

/** The .deb on a host that install.sh has left: installed, refused to install.sh, purged. */
export async function debPackage(host: LabHost, file: string): Promise<void> {
  await must(['cp', file, join(host.root, 'root/nodemend.deb')]);
  const before = await withoutDpkg(host);
  const put = await timed(host, 'dpkg -i /root/nodemend.deb');
  const active = (await host.exec(['systemctl', 'is-active', 'nodemend'])).stdout.trim();
  tell('dpkg -i', put.code === 0 && active === 'active', figures(put));
  const shells = '/usr/share/bash-completion/completions/nodemend /usr/share/man/man8/nodemend.8.gz';
  tell('completion and man page', (await host.exec(['sh', '-c', `ls ${shells}`])).code === 0, 'where Debian looks');
  const refused = await timed(host, '/root/next/install.sh');
  tell(
    'install.sh beside the package',
    refused.code === 69 && refused.stderr.includes('apt-get remove'),
    `status ${refused.code}`,
  );
  const gone = await timed(host, 'dpkg --purge nodemend');
  const left = changes(before, await withoutDpkg(host));
  tell('dpkg --purge', gone.code === 0 && left === '', `every file as before, ${gone.took.toFixed(1)} s ${left}`);
}
