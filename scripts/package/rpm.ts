import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DESCRIPTION, MACHINE, type Release, SUMMARY } from './release.ts';
import { run } from './run.ts';
import { CONFIGURATION, layRoot, type Packager, systemFiles } from './system-files.ts';

const PACKAGER: Packager = { zsh: 'usr/share/zsh/site-functions' };

/** rpm 4.11 (CentOS 7) reads it: gzip, and sums that it knows. Nothing is stripped, compiled or asked of this machine. */
const spec = ({ version, scratch }: Release) => `Name: nodemend
Version: ${version.replaceAll('-', '~')}
Release: 1
Summary: ${SUMMARY}
License: Apache-2.0
AutoReqProv: no
Requires: glibc >= 2.17, systemd

%description
${DESCRIPTION.join('\n')}

%install
cp -a ${join(scratch, 'rpm-root')}/. %{buildroot}/

%files
%defattr(-,root,root,-)
/opt/nodemend
${systemFiles(PACKAGER)
  .filter((path) => path !== CONFIGURATION)
  .map((path) => `/${path}`)
  .join('\n')}
%dir /etc/nodemend
%dir /etc/nodemend/conf.d
%dir /etc/nodemend/monitors
%config(noreplace) /${CONFIGURATION}

%pre
if [ -e /etc/systemd/system/nodemend.service ]; then
  echo "nodemend was installed by install.sh; first type: /opt/nodemend/install.sh uninstall" >&2
  exit 1
fi

%post
/opt/nodemend/install.sh package-installed

%preun
if [ "$1" = 0 ]; then /opt/nodemend/install.sh package-removed; fi

%postun
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
`;

const MACROS: Readonly<Record<string, string>> = {
  _buildhost: 'localhost',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  __os_install_post: '%{nil}',
  _build_id_links: 'none',
  _binary_payload: 'w9.gzdio',
  _source_filedigest_algorithm: '8',
  _binary_filedigest_algorithm: '8',
};

export function rpm(release: Release): string {
  const { version, arch, epoch, out, scratch } = release;
  layRoot(join(scratch, 'rpm-root'), release, PACKAGER);
  // Whatever the umask of who builds it.
  run('chmod', ['-R', 'u=rwX,go=rX', join(scratch, 'rpm-root')], { cwd: scratch, epoch });
  const top = join(scratch, 'rpm');
  mkdirSync(top);
  const file = join(top, 'nodemend.spec');
  writeFileSync(file, spec(release));
  const macros = Object.entries({ ...MACROS, _topdir: top }).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const machine = MACHINE[arch].rpm;
  run('rpmbuild', ['-bb', '--target', machine, ...macros, file], { cwd: scratch, epoch });
  const [built] = run('find', [join(top, 'RPMS'), '-name', '*.rpm'], { cwd: scratch, epoch })
    .trim()
    .split('\n');
  if (built === undefined || built === '') throw new Error('rpmbuild left no package');
  copyFileSync(built, join(out, `nodemend-${version}-1.${machine}.rpm`));
  return join(out, basename(`nodemend-${version}-1.${machine}.rpm`));
}
