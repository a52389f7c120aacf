import { defineProblem } from '../model/problem.ts';

export const systemdOutdated = defineProblem({
  type: 'SystemdOutdated',
  title: 'this systemd is known to hang container runtimes',
  meaning:
    'systemd 219 before 219-67.el7 leaks units of mounts and scopes as containers come and go. Calls of the runtime to it grow slower until they hang, which shows as PLEG trouble. Restarts and reboots help for a while.',
  detection:
    'The installed package `systemd` of CentOS, RHEL and Oracle Linux 7, compared in rpm’s own order (epoch, version, release) with 219-67.el7.',
  advice: [
    { text: 'Drain the node', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
    {
      text: 'Upgrade, let PID 1 run the new version, end the calls that hang on the old one',
      command: 'yum update -y systemd && systemctl daemon-reexec && killall runc',
    },
    { text: 'Prove it', command: 'rpm -q systemd' },
  ],
  settings: ['checks.known-bad-versions.ignore', 'remedies.upgrade-systemd.enabled'],
  ladder: ['upgrade-systemd'],
  reasons: {
    SystemdLeaksUnits: { severity: 'notice', description: 'The installed systemd leaks mount and scope units' },
  },
});
