import type { Advice } from './finding.ts';

/** What upgrades packages on a host. SUSE's zypper and image-based hosts are left to people. */
export const PACKAGE_TOOLS = ['apt', 'dnf', 'yum'] as const;
export type PackageTool = (typeof PACKAGE_TOOLS)[number];

const UPGRADE: Readonly<Record<PackageTool, string>> = {
  apt: 'apt-get update && apt-get install --only-upgrade systemd',
  dnf: 'dnf upgrade systemd',
  yum: 'yum update systemd',
};
const PROOF: Readonly<Record<PackageTool, string>> = {
  apt: "dpkg-query -W -f '$" + "{Version}\\n' systemd && nodemend doctor --only known-bad-versions",
  dnf: 'rpm -q systemd && nodemend doctor --only known-bad-versions',
  yum: 'rpm -q systemd && nodemend doctor --only known-bad-versions',
};

/** The same as the remedy upgrade-systemd does, for a person who prefers to type it; never by name alone: a young runc is at work. */
export function upgradeSystemdByHand(tool: PackageTool): readonly Advice[] {
  return [
    { text: 'Drain the node', command: 'kubectl drain NODE --ignore-daemonsets --delete-emptydir-data' },
    { text: 'Upgrade systemd, and nothing else', command: UPGRADE[tool] },
    { text: 'Let PID 1 run the new version', command: 'systemctl daemon-reexec' },
    {
      text: 'End the runc calls that hang on the old one: those older than ten minutes',
      command: "ps -eo pid,etimes,comm | awk '$3 ~ /^(docker-)?runc$/ && $2 > 600 { print $1 }' | xargs -r kill -KILL",
    },
    { text: 'Prove it, then uncordon', command: `${PROOF[tool]} && kubectl uncordon NODE` },
  ];
}
