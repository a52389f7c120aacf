/**
 * `nodemend maintain` and the remedy reboot on real nodes: a whole maintenance with a reboot, each inhibitor alone, SIGKILL at random
 * instants with --resume or --abort afterwards, a maintenance of another node than one's own, and the agent's own reboot behind blockers, inhibitors and the fleet's budget.
 * Wants a lab of two nodes; the second one is rebooted.
 */
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { agentReboot } from './maintain/agent.ts';
import { elsewhere } from './maintain/elsewhere.ts';
import { full } from './maintain/full.ts';
import { failed, giveKubeconfig } from './maintain/host.ts';
import { inhibitors } from './maintain/inhibitors.ts';
import { kills } from './maintain/kills.ts';
import { rebootKills } from './maintain/reboot-kills.ts';
import { freshAgent, installAgent } from './repairs/agent-on-host.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    dist: { type: 'string' },
    kills: { type: 'string', default: '30' },
    'reboot-kills': { type: 'string', default: '4' },
    part: { type: 'string', multiple: true },
  },
});
const lab = openLab(values.lab);
const host = lab.hosts[1] ?? lab.host();
const wanted = (part: string): boolean => values.part === undefined || values.part.includes(part);

await installAgent(host, values.dist);
// Without what an earlier run has configured.
await freshAgent(host, undefined);
await host.sh('systemctl stop nodemend');
giveKubeconfig(host, lab);
if (wanted('full')) await full(lab, host);
if (wanted('inhibitors')) await inhibitors(lab, host);
if (wanted('kills')) await kills(lab, host, Number(values.kills));
if (wanted('reboot-kills')) await rebootKills(lab, host, Number(values['reboot-kills']));
if (wanted('elsewhere')) {
  for (const one of lab.hosts) await installAgent(one, values.dist);
  await elsewhere(lab, values.dist);
}
if (wanted('agent')) await agentReboot(lab, host);
console.log(`${failed() === 0 ? 'as it should be' : `${failed()} FAILED`}; ${describeLoad()}`);
process.exitCode = failed() === 0 ? 0 : 1;
