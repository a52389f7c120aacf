import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DESCRIPTION, MACHINE, type Release, SUMMARY } from './release.ts';
import { run } from './run.ts';
import { CONFIGURATION, layRoot } from './system-files.ts';

const control = ({ version, arch }: Release, kib: number) => `Package: nodemend
Version: ${version}
Architecture: ${MACHINE[arch].deb}
Maintainer: nodemend
Section: admin
Priority: optional
Installed-Size: ${kib}
Depends: libc6 (>= 2.28), libstdc++6
Description: ${SUMMARY}
${DESCRIPTION.map((line) => ` ${line}`).join('\n')}
`;

/** dpkg's own words decide; the work itself is install.sh's, which every way of installing shares. */
const SCRIPTS: Readonly<Record<string, string>> = {
  preinst: `if [ -e /etc/systemd/system/nodemend.service ]; then
  echo "nodemend was installed by install.sh; first type: /opt/nodemend/install.sh uninstall" >&2
  exit 1
fi`,
  postinst: `if [ "$1" = configure ]; then /opt/nodemend/install.sh package-installed; fi`,
  prerm: `if [ "$1" = remove ]; then /opt/nodemend/install.sh package-removed; fi`,
  // dpkg removes an empty /opt along with what was in it; base-files made it, and no package owns it.
  postrm: `mkdir -p /opt
if [ "$1" = purge ]; then rm -rf /var/lib/nodemend /etc/nodemend/conf.d /etc/nodemend/monitors; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi`,
};

export function deb(release: Release): string {
  const { version, arch, epoch, out, scratch } = release;
  const root = join(scratch, 'deb');
  layRoot(root, release, { zsh: 'usr/share/zsh/vendor-completions' });
  const kib = run('du', ['-sk', '--apparent-size', '.'], { cwd: root, epoch }).split('\t')[0];
  mkdirSync(join(root, 'DEBIAN'));
  writeFileSync(join(root, 'DEBIAN/control'), control(release, Number(kib)));
  writeFileSync(join(root, 'DEBIAN/conffiles'), `/${CONFIGURATION}\n`);
  for (const [name, script] of Object.entries(SCRIPTS)) {
    writeFileSync(join(root, 'DEBIAN', name), `#!/bin/sh\nset -e\n${script}\n`);
    chmodSync(join(root, 'DEBIAN', name), 0o755);
  }
  run('chmod', ['-R', 'u=rwX,go=rX', '.'], { cwd: root, epoch });
  const file = join(out, `nodemend_${version}_${MACHINE[arch].deb}.deb`);
  // gzip: dpkg of every Debian and Ubuntu that still runs reads it.
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z9', '--build', root, file], { cwd: scratch, epoch });
  return file;
}
