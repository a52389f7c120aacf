import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { must } from '../../test/lab/run.ts';

/** The packages whose versions are tied to systemd's by `=`. */
const PACKAGES = ['systemd', 'systemd-sysv', 'libpam-systemd'];

/** The host's own packages with a later version number, in a repository in its /srv; what is in them is the same. */
const BUILD = `
set -eu
version=$1 later=$2 target=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p "$target"
for package in "$@"; do
  apt-get -q download "$package=$version" >/dev/null 2>&1
  dpkg-deb -R "$package"_*.deb tree
  sed -i "s/^Version: .*/Version: $later/; s/systemd (= $version)/systemd (= $later)/" tree/DEBIAN/control
  file=$package-$later.deb
  dpkg-deb -b --root-owner-group tree "$target/$file" >/dev/null
  { dpkg-deb -f "$target/$file"; echo "Filename: ./$file"; echo "Size: $(stat -c %s "$target/$file")"
    echo "SHA256: $(sha256sum "$target/$file" | cut -d ' ' -f 1)"; echo; } >>"$target/Packages"
  rm -rf tree "$package"_*.deb
done
`;

export async function installedVersion(host: LabHost): Promise<string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder
  return (await host.sh("dpkg-query -W -f '${Version}' systemd")).trim();
}

/** `later`: such as `252.39-1~deb12u2+lab1`. */
export async function makeRepository(host: LabHost, name: string, version: string, later: string): Promise<void> {
  const target = join(host.root, 'srv', name);
  rmSync(target, { recursive: true, force: true });
  await must(['bash', '-c', BUILD, 'bash', version, later, target, ...PACKAGES], { timeoutMs: 120_000 });
}

/** The only source that apt has then. */
export async function useRepository(host: LabHost, name: string): Promise<void> {
  await host.sh('rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*');
  writeFileSync(join(host.root, 'etc/apt/sources.list'), `deb [trusted=yes] file:/srv/${name} ./\n`);
}
