import type { HostView, RunResult } from '../../host/host.ts';
import { formatDuration } from '../../model/quantity.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { KiB, seconds } from '../../model/units.ts';
import { type OsRelease, osRelease } from './os-release.ts';

export type PackageManager = 'rpm' | 'dpkg';

export type PackageVersions =
  | {
      readonly kind: 'known';
      readonly manager: PackageManager;
      /** Installed version by package name, as the manager prints it, without rpm's `(none)` for no epoch. */
      readonly versions: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'silent'; readonly why: string };

/** The packages that carry what the rules speak of, under every name distributions give them. */
const PACKAGES = [
  'systemd',
  'runc',
  'containerd',
  'containerd.io',
  'docker',
  'docker-ce',
  'docker.io',
  'moby-engine',
  'kubelet',
] as const;

const FAMILIES: Readonly<Record<PackageManager, readonly string[]>> = {
  rpm: [
    'rhel',
    'centos',
    'fedora',
    'ol',
    'rocky',
    'almalinux',
    'amzn',
    'suse',
    'sles',
    'opensuse',
    'photon',
    'mariner',
    'azurelinux',
  ],
  dpkg: ['debian', 'ubuntu'],
};

export function managerOf({ id, idLike }: OsRelease): PackageManager | undefined {
  return (['rpm', 'dpkg'] as const).find((manager) => [id, ...idLike].some((name) => FAMILIES[manager].includes(name)));
}

/** Lines `NAME VERSION STATUS`; rpm writes sentences for what is not installed, dpkg still lists what was removed. */
export function parsePackages(text: string): Record<string, string> {
  const known = new Set<string>(PACKAGES);
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [name = '', version = '', ...status] = line.split(' ');
      return known.has(name) && version !== '' && status.at(-1) === 'installed'
        ? [[name, version.replace(/^\(none\):/, '')]]
        : [];
    }),
  );
}

function query(host: HostView, manager: PackageManager): Promise<RunResult> {
  const options = { deadline: seconds(3), maxBytes: 64 * KiB };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  if (manager === 'dpkg') return host.run(['dpkg-query', '-W', '-f', '${Package} ${Version} ${Status}\\n', ...PACKAGES], options);
  return host.run(['rpm', '-q', '--qf', '%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} installed\\n', ...PACKAGES], options);
}

async function readPackages(host: HostView, { use }: ReadContext): Promise<PackageVersions> {
  const os = await use(osRelease);
  const manager = managerOf(os);
  if (manager === undefined) return { kind: 'none', why: `${os.prettyName} has neither rpm nor dpkg packages` };
  const result = await query(host, manager);
  if (result.kind === 'not-found') return { kind: 'none', why: `no ${result.file} on this host` };
  // A stale lock of the rpm database hangs every query.
  if (result.kind === 'timed-out')
    return { kind: 'silent', why: `${manager} gave no answer within ${formatDuration(result.after)}` };
  if (result.kind !== 'exited') return { kind: 'silent', why: `${manager}: ${result.kind}` };
  // Both exit with 1 as soon as one of the packages is not installed.
  const versions = parsePackages(result.stdout);
  if (Object.keys(versions).length > 0) return { kind: 'known', manager, versions };
  return { kind: 'silent', why: `${manager}: ${(result.stderr || result.stdout).trim().split('\n')[0]?.slice(0, 120) ?? ''}` };
}

/** Installed versions of what a node is made of, from the distribution's package manager. */
export const packageVersions = defineSource<PackageVersions>({
  id: 'package-versions',
  deadline: seconds(5),
  read: readPackages,
});
