import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import { countForeignRules, networkd, parseManagesForeignRules } from '../../../lib/sources/network/networkd.ts';
import { fakeNode } from '../../fakes/node.ts';

describe('parseManagesForeignRules', () => {
  it.each([
    ['[Network]\nManageForeignRoutingPolicyRules=no\n', false],
    ['[Network]\nManageForeignRoutingPolicyRules = off\n', false],
    ['[Network]\nManageForeignRoutingPolicyRules=yes\n', true],
    ['[Network]\n#ManageForeignRoutingPolicyRules=no\n', undefined],
    ['[DHCPv4]\nManageForeignRoutingPolicyRules=no\n', undefined],
    ['[Network]\nManageForeignRoutingPolicyRules=no\nManageForeignRoutingPolicyRules=yes\n', true],
    ['', undefined],
  ])('reads %j', (text, expected) => {
    expect(parseManagesForeignRules(text)).toBe(expected);
  });
});

describe('countForeignRules', () => {
  it('spares what networkd spares', () => {
    const text = `0:	from all lookup local proto kernel
9:	from all fwmark 0x200/0xf00 lookup 2004 proto unspec
100:	from 10.0.0.2 lookup 100 proto static
1536:	from 10.0.1.7 lookup 2 proto boot
32766:	from all lookup main proto kernel
`;

    expect(countForeignRules(text)).toBe(2);
  });
});

describe('networkd', () => {
  const processes = [{ pid: 9, name: 'systemd-network' }];
  const no = '[Network]\nManageForeignRoutingPolicyRules=no\n';

  it('is inactive where it does not run', async () => {
    expect(await gatherer(fakeNode({})).fact(networkd)).toEqual({ kind: 'inactive' });
  });

  it.each([
    ['nothing is configured', {}, {}, true],
    [
      'a drop-in says no',
      { '/etc/systemd/networkd.conf.d': ['10-cni.conf'] },
      { '/etc/systemd/networkd.conf.d/10-cni.conf': no },
      false,
    ],
    [
      'a drop-in of /etc hides the one of the vendor',
      { '/etc/systemd/networkd.conf.d': ['10-cni.conf'], '/usr/lib/systemd/networkd.conf.d': ['10-cni.conf'] },
      { '/etc/systemd/networkd.conf.d/10-cni.conf': '', '/usr/lib/systemd/networkd.conf.d/10-cni.conf': no },
      true,
    ],
    [
      'a later drop-in wins over the file',
      { '/usr/lib/systemd/networkd.conf.d': ['90-x.conf'] },
      { '/etc/systemd/networkd.conf': no, '/usr/lib/systemd/networkd.conf.d/90-x.conf': no.replace('=no', '=yes') },
      true,
    ],
  ])('when %s', async (_, directories, files, managesForeignRules) => {
    const fact = await gatherer(fakeNode({ processes, directories, files })).fact(networkd);

    expect(fact).toEqual({ kind: 'active', managesForeignRules, foreignRules: undefined });
  });
});
