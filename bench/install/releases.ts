import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';

/** What an agent that is broken does instead of its work. */
const BROKEN = {
  'ends at once': 'process.exit(3);',
  'is never ready': 'setInterval(() => {}, 1000); return;',
  'ends once it is ready': 'setTimeout(() => process.exit(3), 1200);',
} as const;

export const broken = Object.keys(BROKEN) as readonly (keyof typeof BROKEN)[];
export const directoryOf = (name: string): string => `/root/${name.replaceAll(' ', '-')}`;

/** The archive as it is, another version of it, and versions that are broken in several ways, unpacked in the host's /root. */
export async function layReleases(host: LabHost, archive: string): Promise<void> {
  await must(['cp', archive, join(host.root, 'root/release.tar.gz')]);
  await host.sh('mkdir /root/release && tar xzf /root/release.tar.gz -C /root/release --strip-components=1', {
    timeoutMs: 60_000,
  });
  await host.sh(
    'cp -a /root/release /root/next; echo 9.9.9 >/root/next/VERSION; echo "// next" >>/root/next/lib/cli.cjs; rm /root/next/SHA256SUMS',
  );
  for (const name of broken) {
    const to = directoryOf(name);
    await host.sh(
      `cp -al /root/next ${to}; rm ${to}/lib/agent.cjs; { echo '${BROKEN[name]}'; cat /root/next/lib/agent.cjs; } >${to}/lib/agent.cjs`,
    );
  }
  await host.sh('cp -al /root/release /root/damaged; rm /root/damaged/lib/cli.cjs; echo >/root/damaged/lib/cli.cjs');
}
