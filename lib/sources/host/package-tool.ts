import type { HostView } from '../../host/host.ts';
import type { PackageTool } from '../../model/package-tool.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { type OsRelease, osRelease } from './os-release.ts';
import { managerOf } from './package-versions.ts';

export type PackageToolFact =
  | { readonly kind: 'tool'; readonly tool: PackageTool }
  /** `why`: sentence fragment. */
  | { readonly kind: 'none'; readonly why: string };

/** What the distribution ships, from its own word alone: for advice, also about a recorded node. */
export function usualTool(os: OsRelease): PackageTool | undefined {
  const manager = managerOf(os);
  if (manager === undefined) return undefined;
  if (manager === 'dpkg') return 'apt';
  const ids = [os.id, ...os.idLike];
  if (ids.some((id) => /suse|^sles|photon/.test(id))) return undefined;
  const release = Number.parseInt(os.versionId ?? '', 10);
  // Enterprise Linux 8 brought dnf, Amazon Linux 2023 too; Fedora had it since 22.
  return os.id !== 'fedora' && (release <= 7 || os.versionId === '2') ? 'yum' : 'dnf';
}

const PROGRAMS: Readonly<Record<PackageTool, string>> = { apt: '/usr/bin/apt-get', dnf: '/usr/bin/dnf', yum: '/usr/bin/yum' };

async function read(host: HostView, os: OsRelease): Promise<PackageToolFact> {
  const usual = usualTool(os);
  if (usual === undefined) return { kind: 'none', why: `${os.prettyName} has neither apt nor dnf nor yum` };
  // Fedora CoreOS and the like: the system is an image, and a package in it is nobody's to replace.
  const [image, program] = await Promise.all([host.fileStatus('/run/ostree-booted'), host.fileStatus(PROGRAMS[usual])]);
  if (image.kind === 'status') return { kind: 'none', why: 'the system is an ostree image, and is upgraded as a whole' };
  return program.kind === 'status' ? { kind: 'tool', tool: usual } : { kind: 'none', why: `there is no ${PROGRAMS[usual]}` };
}

export const packageTool = defineSource<PackageToolFact>({
  id: 'package-tool',
  deadline: seconds(3),
  read: async (host, { use }) => await read(host, await use(osRelease)),
});
