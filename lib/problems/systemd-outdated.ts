import { PACKAGE_TOOLS, upgradeSystemdByHand } from '../model/package-tool.ts';
import { defineProblem } from '../model/problem.ts';

const BY_HAND = PACKAGE_TOOLS.map((tool) => upgradeSystemdByHand(tool));
const [steps = []] = BY_HAND;

/** What differs by distribution stands once for each. */
const advice = steps.flatMap(({ text }, at) => {
  const commands = [...new Set(BY_HAND.map((list) => list[at]?.command))];
  return commands.map((command, tool) => ({
    text:
      commands.length === 1
        ? text
        : `${text} (${commands.length === PACKAGE_TOOLS.length ? PACKAGE_TOOLS[tool] : ['dpkg', 'rpm'][tool]})`,
    ...(command === undefined ? {} : { command }),
  }));
});

export const systemdOutdated = defineProblem({
  type: 'SystemdOutdated',
  title: 'this systemd is known to hurt nodes, and a later one is not',
  meaning:
    'systemd 219 before 219-67.el7 leaks units of mounts and scopes as containers come and go. Calls of the runtime to it grow slower until they hang, which shows as PLEG trouble. Restarts and reboots help for a while. Other versions are named by rules in /etc/nodemend/known-bad-versions.yaml. The remedy upgrade-systemd does what is advised here, on a node that the agent drained and no other, and only if it is switched on.',
  detection:
    'The installed package `systemd` of CentOS, RHEL and Oracle Linux 7, compared in rpm’s own order (epoch, version, release) with 219-67.el7; and rules of the operator about systemd that name the first good version (`below`).',
  advice,
  settings: ['checks.known-bad-versions.ignore', 'remedies.upgrade-systemd.enabled'],
  ladder: ['upgrade-systemd'],
  reasons: {
    SystemdLeaksUnits: { severity: 'notice', description: 'The installed systemd leaks mount and scope units' },
    SystemdKnownBad: { severity: 'notice', description: 'A rule of the operator names the installed systemd' },
  },
});
