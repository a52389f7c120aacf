import { defineProblem } from '../model/problem.ts';

export const knownBadVersion = defineProblem({
  type: 'KnownBadVersion',
  title: 'a component has a version that is known to hurt nodes',
  meaning: 'Nothing need be wrong now: it is the explanation to think of first when something is, and worth curing before.',
  detection:
    'Installed packages (rpm, dpkg) and the running kernel against the rules of the program and those in /etc/nodemend/known-bad-versions.yaml, by distribution and in its own order of versions; a rule may ask for more, such as routing rules of a CNI plugin beside systemd-networkd.',
  advice: [
    { text: 'Read what the rule links to, and upgrade or configure the component as it says' },
    { text: 'Silence a rule that does not matter here: checks.known-bad-versions.ignore in /etc/nodemend/config.yaml' },
  ],
  settings: ['checks.known-bad-versions.ignore'],
  ladder: [],
  reasons: {
    VersionKnownBad: { severity: 'notice', description: 'A rule about versions matches this node' },
  },
});
