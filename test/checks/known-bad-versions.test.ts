import { describe, expect, it } from 'vitest';
import { knownBadVersions } from '../../lib/checks/known-bad-versions.ts';
import type { RunResult } from '../../lib/host/host.ts';
import { faultsOf, judge, verdictsOf } from '../fakes/judge.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';

const NAMES = 'systemd runc containerd containerd.io docker docker-ce docker.io moby-engine kubelet';
const RPM = `rpm -q --qf %{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} installed\\n ${NAMES}`;
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
const DPKG = 'dpkg-query -W -f ${Package} ${Version} ${Status}\\n '.concat(NAMES);
const CENTOS =
  'NAME="CentOS Linux"\nVERSION="7 (Core)"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n';
const UBUNTU = 'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\n';
const partly = (stdout: string): RunResult => ({ kind: 'exited', code: 1, stdout, stderr: '', truncated: false });
const RULES = `0:\tfrom all lookup local proto kernel
512:\tfrom all to 10.1.2.3 lookup main proto unspec
32766:\tfrom all lookup main proto kernel
`;

const centos = (systemd: string, kernel = '3.10.0-1160.el7.x86_64', commandLine = 'ro quiet'): FakeNode => ({
  files: { '/etc/os-release': CENTOS, '/proc/sys/kernel/osrelease': `${kernel}\n`, '/proc/cmdline': `${commandLine}\n` },
  commands: {
    [RPM]: partly(`systemd (none):${systemd} installed\npackage runc is not installed\ndocker-ce 3:19.03.5-3.el7 installed\n`),
  },
});

const ubuntu = (systemd: string, files: FakeNode['files'] = {}, networkd = true): FakeNode => ({
  files: { '/etc/os-release': UBUNTU, '/proc/sys/kernel/osrelease': '5.15.0-91-generic\n', ...files },
  processes: networkd ? [{ pid: 9, name: 'systemd-network' }] : [],
  commands: {
    [DPKG]: partly(`systemd ${systemd} install ok installed\ndocker.io 1.0 deinstall ok config-files\n`),
    'ip -4 -d rule': RULES,
  },
});

const on = (node: FakeNode, settings = {}) => judge(knownBadVersions, fakeNode(node), settings);

describe('known-bad-versions', () => {
  it.each(['219-30.el7', '219-62.el7_6.9', '219-66.el7'])('names systemd %s on CentOS 7, with its cure', async (version) => {
    const [fault] = faultsOf(await on(centos(version)));

    expect(fault).toMatchObject({ type: 'SystemdOutdated', reason: 'SystemdLeaksUnits', severity: 'notice' });
    expect(fault?.message).toContain(`systemd ${version} leaks mount and scope units`);
    expect(fault?.advice.map(({ command }) => command)).toEqual([
      'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data',
      'yum update systemd',
      'systemctl daemon-reexec',
      "ps -eo pid,etimes,comm | awk '$3 ~ /^(docker-)?runc$/ && $2 > 600 { print $1 }' | xargs -r kill -KILL",
      'rpm -q systemd && nodemend doctor --only known-bad-versions && kubectl uncordon NODE',
    ]);
  });

  it.each([
    [
      'a rule that a later version cures',
      'component: systemd, below: "250"',
      'SystemdOutdated',
      'apt-get update && apt-get install --only-upgrade systemd',
    ],
    ['a rule with a cure of its own', 'component: systemd, below: "250", cure: Ask, command: ask', 'SystemdOutdated', 'ask'],
    ['a rule that no version cures', 'component: systemd, from: "240"', 'KnownBadVersion', undefined],
    ['a rule about something else', 'component: kernel, below: "6"', 'KnownBadVersion', undefined],
  ])('%s of the operator is %s', async (_what, rule, type, command) => {
    const files = { '/etc/nodemend/known-bad-versions.yaml': `- { id: mine, ${rule}, effect: leaks }\n` };
    const [fault] = faultsOf(await on(ubuntu('249.11-0ubuntu3.12', files, false)));

    expect(fault).toMatchObject({ type, subject: 'mine', severity: 'notice' });
    const commands = fault?.advice.flatMap((one) => one.command ?? []) ?? [];
    if (command === undefined) expect(commands).toEqual([]);
    else expect(commands).toContain(command);
  });

  it.each(['219-67.el7', '219-78.el7_9.9'])('passes systemd %s', async (version) => {
    const findings = await on(centos(version));

    expect(verdictsOf(findings)).toEqual(['pass']);
    expect(findings[0]?.message).toContain(`systemd ${version}, kernel 3.10.0-1160.el7 on CentOS Linux 7 (Core)`);
  });

  it('does not judge other distributions by that rule', async () => {
    const node = centos('219-30.el7');

    expect(
      faultsOf(
        await on({ ...node, files: { ...node.files, '/etc/os-release': CENTOS.replace('VERSION_ID="7"', 'VERSION_ID="8"') } }),
      ),
    ).toEqual([]);
  });

  it.each<[string, string, number]>([
    ['3.10.0-957.21.3.el7.x86_64', 'ro quiet', 1],
    ['3.10.0-957.21.3.el7.x86_64', 'ro cgroup.memory=nokmem', 0],
    ['3.10.0-1075.el7.x86_64', 'ro quiet', 0],
    ['5.4.17-2136.el7uek.x86_64', 'ro quiet', 0],
  ])('judges the kernel %s booted with "%s"', async (kernel, commandLine, count) => {
    const faults = faultsOf(await on(centos('219-78.el7', kernel, commandLine)));

    expect(faults).toHaveLength(count);
    if (count === 1)
      expect(faults[0]).toMatchObject({ type: 'KnownBadVersion', subject: 'kernel-3.10-kmem-leak', severity: 'notice' });
  });

  it('warns of networkd beside routing rules of others', async () => {
    const [fault] = faultsOf(await on(ubuntu('249.11-0ubuntu3.12')));

    expect(fault).toMatchObject({ type: 'KnownBadVersion', subject: 'networkd-flushes-foreign-rules' });
    expect(fault?.advice[0]?.command).toContain('ManageForeignRoutingPolicyRules=no');
  });

  it.each<[string, FakeNode]>([
    ['networkd does not run', ubuntu('249.11-0ubuntu3.12', {}, false)],
    ['it is old enough', ubuntu('245.4-4ubuntu3.22')],
    [
      'there are no such rules',
      {
        ...ubuntu('249.11-0ubuntu3.12'),
        commands: { ...ubuntu('249.11-0ubuntu3.12').commands, 'ip -4 -d rule': '0:\tfrom all lookup local proto kernel\n' },
      },
    ],
    [
      'it is told to leave them',
      ubuntu('249.11-0ubuntu3.12', { '/etc/systemd/networkd.conf': '[Network]\nManageForeignRoutingPolicyRules=no\n' }),
    ],
  ])('passes when %s', async (_, node) => {
    expect(verdictsOf(await on(node))).toEqual(['pass']);
  });

  it('could not tell when the rules cannot be listed', async () => {
    const node = ubuntu('249.11-0ubuntu3.12');

    expect(verdictsOf(await on({ ...node, commands: { [DPKG]: node.commands?.[DPKG] ?? '' } }))).toEqual(['unknown']);
  });

  it('could not tell while the rpm database is locked', async () => {
    const node = {
      ...centos('219-30.el7'),
      commands: { [RPM]: { kind: 'timed-out', after: 3000, stdout: '', stderr: '' } as const },
    };
    const findings = await on(node);

    expect(findings).toMatchObject([
      { verdict: 'unknown', message: 'the version of systemd is not known: rpm gave no answer within 3s' },
    ]);
  });

  it('passes by the kernel alone where there are no packages', async () => {
    const files = { '/etc/os-release': 'ID=flatcar\nPRETTY_NAME="Flatcar"\n', '/proc/sys/kernel/osrelease': '6.1.0\n' };

    expect((await on({ files }))[0]?.message).toBe('none of 3 rules matches: kernel 6.1.0 on Flatcar');
  });

  it('ignores the rules the operator does not want', async () => {
    expect(faultsOf(await on(centos('219-30.el7'), { ignore: ['systemd-219-leaks-scopes'] }))).toEqual([]);
  });

  it("adds the operator's rules, and names those it cannot use", async () => {
    const rules = `
- {component: docker, distributions: [rhel], release: 7, below: 3:19.03.9, effect: forgets containers, cure: upgrade it, command: yum update docker-ce, link: "https://example.com"}
- {component: podman, below: "4", effect: x}
`;
    const node = centos('219-78.el7');
    const findings = await on({ ...node, files: { ...node.files, '/etc/nodemend/known-bad-versions.yaml': rules } });

    expect(faultsOf(findings)).toMatchObject([{ subject: 'docker-1', message: 'docker 3:19.03.5-3.el7 forgets containers' }]);
    expect(findings.at(-1)).toMatchObject({
      verdict: 'unknown',
      message: 'known-bad-versions.yaml: rule 2: component must be one of systemd, kernel, runc, containerd, docker, kubelet',
    });
  });
});
