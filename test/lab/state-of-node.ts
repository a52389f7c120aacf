import type { LabHost } from './host.ts';
import type { Lab } from './lab.ts';

/** What a person would ask first, in few lines: the log of a run that failed elsewhere is all there is. */
export async function stateOf(lab: Lab, host: LabHost): Promise<string> {
  const containers = host.runtime === 'docker' ? 'docker ps -a --format "{{.Names}} {{.Status}}"' : 'ctr -n k8s.io tasks ls';
  const inside = [
    'systemctl --failed --no-legend --plain',
    'uptime',
    'df -h /var/lib/kubelet',
    `timeout 10 ${containers} | tail -n 20`,
    'journalctl --no-pager -q -n 25 -o cat -u kubelet | cut -c1-240',
    'journalctl --no-pager -q -n 10 -o cat -u nodemend | cut -c1-240',
  ];
  const words = ['-A', '-o', 'wide', '--no-headers'];
  const answers = [
    await lab.kubectl(['get', 'pods', ...words]),
    await lab.kubectl(['get', 'nodes', '--no-headers']),
    ...(await Promise.all(inside.map((script) => host.exec(['sh', '-c', script])))),
  ];
  return answers
    .map(({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd())
    .filter((text) => text !== '')
    .join('\n');
}
