import { upgradeSystemdByHand } from '../model/package-tool.ts';
import type { VersionRule } from '../model/version-rule.ts';

const ENTERPRISE_LINUX = ['rhel', 'centos', 'ol', 'scientific'];

/** In the order they are shown. More can be added on the node in /etc/nodemend/known-bad-versions.yaml. */
export const knownBadVersions: readonly VersionRule[] = [
  {
    id: 'systemd-219-leaks-scopes',
    component: 'systemd',
    distributions: ENTERPRISE_LINUX,
    release: '7',
    below: '219-67.el7',
    effect:
      'leaks mount and scope units under churn until the runtime hangs on it and PLEG turns unhealthy; a reboot helps for a while',
    cure: upgradeSystemdByHand('yum'),
    link: 'https://access.redhat.com/errata/RHSA-2019:2091',
  },
  {
    id: 'networkd-flushes-foreign-rules',
    component: 'systemd',
    from: '248',
    onlyIf: 'foreign-routing-rules',
    effect:
      'removes the routing policy rules of the CNI plugin whenever systemd-networkd restarts, for instance in an unattended upgrade; pods lose their network',
    cure: [
      {
        text: 'Tell networkd to leave them alone (it reads this at its next start)',
        command:
          "mkdir -p /etc/systemd/networkd.conf.d && printf '[Network]\\nManageForeignRoutes=no\\nManageForeignRoutingPolicyRules=no\\n' > /etc/systemd/networkd.conf.d/10-foreign.conf",
      },
      { text: 'Keep unattended upgrades from restarting it on nodes with work', command: 'apt-mark hold systemd' },
    ],
    link: 'https://github.com/systemd/systemd/pull/19287',
  },
  {
    id: 'kernel-3.10-kmem-leak',
    component: 'kernel',
    distributions: ENTERPRISE_LINUX,
    release: '7',
    from: '3.10.0',
    below: '3.10.0-1075.el7',
    onlyIf: 'kernel-memory-accounting',
    effect:
      'leaks kernel memory and memory cgroups with every container ("SLUB: Unable to allocate memory on node -1") until no container starts ("cannot allocate memory")',
    cure: [
      {
        text: 'Turn kernel memory accounting off and reboot the drained node',
        command: 'grubby --update-kernel=ALL --args=cgroup.memory=nokmem',
      },
      { text: 'Or upgrade the kernel and reboot the drained node', command: 'yum update -y kernel' },
    ],
    link: 'https://bugzilla.redhat.com/show_bug.cgi?id=1507149',
  },
];
