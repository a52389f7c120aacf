import { describe, expect, it } from 'vitest';
import { managerOf, parsePackages } from '../../../lib/sources/host/package-versions.ts';

const os = (id: string, ...idLike: string[]) => ({ id, idLike, prettyName: id });

describe('parsePackages', () => {
  it('keeps what is installed', () => {
    const text = [
      'systemd (none):219-67.el7 installed',
      'docker-ce 3:19.03.5-3.el7 installed',
      'package runc is not installed',
      'containerd 1.6 deinstall ok config-files',
      'evil 1 installed',
      'kubelet  installed',
    ].join('\n');

    expect(parsePackages(text)).toEqual({ systemd: '219-67.el7', 'docker-ce': '3:19.03.5-3.el7' });
  });
});

describe('managerOf', () => {
  it.each([
    [os('ubuntu', 'debian'), 'dpkg'],
    [os('linuxmint', 'ubuntu', 'debian'), 'dpkg'],
    [os('ol', 'fedora'), 'rpm'],
    [os('amzn', 'centos', 'rhel', 'fedora'), 'rpm'],
    [os('flatcar', 'coreos'), undefined],
    [os('bottlerocket'), undefined],
  ])('of %j is %s', (release, manager) => {
    expect(managerOf(release)).toBe(manager);
  });
});
