import { describe, expect, it } from 'vitest';
import { parseOsRelease } from '../../../lib/sources/host/os-release.ts';
import { packageTool, usualTool } from '../../../lib/sources/host/package-tool.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const os = (id: string, version: string, like = '') =>
  `ID=${id}\nVERSION_ID="${version}"\nID_LIKE="${like}"\nPRETTY_NAME="${id} ${version}"\n`;

describe('usualTool', () => {
  it.each([
    ['centos', '7', 'rhel fedora', 'yum'],
    ['rhel', '7.9', 'fedora', 'yum'],
    ['ol', '7.9', 'fedora', 'yum'],
    ['amzn', '2', 'centos rhel fedora', 'yum'],
    ['amzn', '2023', 'fedora', 'dnf'],
    ['rocky', '9.4', 'rhel centos fedora', 'dnf'],
    ['centos', '8', 'rhel fedora', 'dnf'],
    ['fedora', '6', '', 'dnf'],
    ['debian', '12', '', 'apt'],
    ['ubuntu', '22.04', 'debian', 'apt'],
    ['sles', '15.5', 'suse', undefined],
    ['opensuse-leap', '15.6', 'suse opensuse', undefined],
    ['photon', '5.0', '', undefined],
    ['flatcar', '3815', 'coreos', undefined],
  ])('of %s %s (%s) is %s', (id, version, like, tool) => {
    expect(usualTool(parseOsRelease(os(id, version, like)))).toBe(tool);
  });
});

describe('packageTool', () => {
  it.each([
    ['apt', { '/etc/os-release': os('debian', '12'), '/usr/bin/apt-get': '' }, { kind: 'tool', tool: 'apt' }],
    ['a distroless root', { '/etc/os-release': os('debian', '12') }, { kind: 'none', why: 'there is no /usr/bin/apt-get' }],
    [
      'an image',
      { '/etc/os-release': os('fedora', '39'), '/usr/bin/dnf': '', '/run/ostree-booted': '' },
      { kind: 'none', why: 'the system is an ostree image, and is upgraded as a whole' },
    ],
    [
      'SUSE',
      { '/etc/os-release': os('sles', '15.5', 'suse') },
      { kind: 'none', why: 'sles 15.5 has neither apt nor dnf nor yum' },
    ],
  ])('of %s', async (_what, files, expected) => {
    expect(await readFact(fakeNode({ files }), packageTool)).toEqual(expected);
  });
});
