import { bringDown } from './down.ts';
import { enterCommand } from './enter.ts';
import { LabError } from './error.ts';
import { faults } from './faults/index.ts';
import { install } from './install.ts';
import { openLab } from './lab.ts';
import { labsLeft } from './leftovers.ts';
import { logsCommand } from './logs.ts';
import type { Options } from './options.ts';
import { runHere } from './show.ts';
import { printStatus } from './status.ts';
import { bringUp } from './up.ts';

export const usage = `Usage: sudo npm run lab -- COMMAND

  up [--runtime docker|containerd] [--nodes 1..5]   boot hosts and a control plane, until every Node is Ready
     [--no-live-restore] [--kubelet-disk 400M] [--kubelet-inodes 8192] [--runtime-disk 1G|none]
     [--kubelet-config FILE] [--kubelet-args=--v=4] [--controller-manager-args=…] [--api-server-args=…]
  status [--json]                  hosts, runtime, kubelet, Node
  exec [NODE] -- COMMAND…          run a command in a host
  kubectl -- ARGUMENT…             kubectl as administrator
  logs [NODE] [UNIT|boot]          journal of a host; or the log of etcd, kube-apiserver, …
  install [NODE]                   copy dist/ to the host's /opt/nodemend
  faults                           what can be broken
  break FAULT [NODE]               break it
  mend FAULT|all [NODE]            undo it
  down [--all]                     remove everything, also what a crash left

Every command takes --name LAB (default: lab). The first node is meant where none is named.`;

type Command = (options: Options) => Promise<number>;

const say = (line: string): void => console.error(`lab: ${line}`);

export const commands: Readonly<Record<string, Command>> = {
  async up(options) {
    const started = performance.now();
    const lab = await bringUp(options, (line) => say(`${((performance.now() - started) / 1000).toFixed(1)} s  ${line}`));
    say(`up in ${((performance.now() - started) / 1000).toFixed(0)} s; KUBECONFIG=${lab.kubeconfig}`);
    return 0;
  },

  async down(options) {
    const started = performance.now();
    for (const name of options.all ? labsLeft() : [options.name]) await bringDown(name);
    say(`down in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return 0;
  },

  status: (options) => printStatus(options.name, options.json),

  async exec(options) {
    if (options.command.length === 0) throw new LabError('exec needs a command; type: npm run lab -- exec node1 -- ps aux');
    return await runHere(enterCommand(openLab(options.name).host(options.words[0]).leader, options.command));
  },

  kubectl: (options) =>
    runHere(['kubectl', `--kubeconfig=${openLab(options.name).kubeconfig}`, ...options.words, ...options.command]),
  logs: (options) => runHere(logsCommand(openLab(options.name), options.words)),

  async install(options) {
    await install(openLab(options.name).host(options.words[0]));
    return 0;
  },

  async faults() {
    for (const fault of faults) console.log(`${fault.name.padEnd(28)} ${fault.title}`);
    return 0;
  },

  break: (options) => withFault(options, 'break'),
  mend: (options) => withFault(options, 'mend'),
};

async function withFault({ name, words: [wanted, node] }: Options, action: 'break' | 'mend'): Promise<number> {
  const lab = openLab(name);
  const host = lab.host(node);
  const possible = faults.filter(({ runtimes }) => runtimes?.includes(host.runtime) ?? true);
  const chosen = wanted === 'all' && action === 'mend' ? possible : possible.filter((fault) => fault.name === wanted);
  if (chosen.length === 0) throw new LabError(`no fault "${wanted ?? ''}" on ${host.runtime}; type: npm run lab -- faults`);
  for (const fault of chosen) {
    // Also before a break: a host that is broken already would be broken in another way.
    await fault.mend(host, lab);
    if (action === 'break') await fault.break(host, lab);
  }
  return 0;
}
