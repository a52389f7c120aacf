import { setTimeout as sleep } from 'node:timers/promises';
import { endHelpers, startHelper } from '../../test/lab/faults/shared/helper.ts';
import { resume } from '../../test/lab/faults/shared/unit.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { ledgerOf, statusOf } from './agent-on-host.ts';
import { said } from './held.ts';
import { giveIdentity, takeIdentity } from './identity.ts';
import type { Scenario } from './scenario.ts';

const fault = 'bench-not-helping';

/** Whatever is started is stopped again at once; PID 0, of a unit that has just ended, would be this loop's own group. */
const again = `while :; do
    pid=$(systemctl show --value -p MainPID docker)
    [ "$(systemctl is-active docker)" = active ] && [ "$pid" -gt 1 ] && kill -STOP "$pid"
    sleep 0.3
  done`;

const strike = (host: LabHost): Promise<void> => startHelper(host, fault, again);
const intents = async (host: LabHost): Promise<number> => (await ledgerOf(host)).filter(({ kind }) => kind === 'intent').length;

async function isGivenUp(host: LabHost, lab: Lab, when: string): Promise<readonly string[]> {
  const { events, annotation, doctor } = await said(host, lab);
  const metrics = await host.exec(['curl', '-s', '-m', '5', 'http://127.0.0.1:20280/metrics']);
  const problem = statusOf(host)?.problems.find(({ reason }) => reason === 'DockerHung');
  const complaints = [
    ...(problem?.exhausted === true ? [] : ['status: not exhausted']),
    ...(/RemediesExhausted: .*given up/.test(events) ? [] : ['no event RemediesExhausted']),
    ...(annotation.includes('given up') ? [] : [`annotation: ${annotation.slice(0, 200)}`]),
    ...(/^nodemend_problem_given_up\{.*DockerHung.*\} 1$/m.test(metrics.stdout) ? [] : ['no metric nodemend_problem_given_up']),
    ...(/given up/i.test(doctor) ? [] : ['doctor does not say given up']),
  ];
  return complaints.map((complaint) => `${when}: ${complaint}`);
}

async function reboot(host: LabHost): Promise<void> {
  const before = host.leader;
  await host.exec(['systemctl', 'reboot']);
  const booted = async (): Promise<true | undefined> => {
    try {
      return host.leader !== before && (await host.exec(['systemctl', 'is-active', 'docker', 'nodemend'])).code === 0
        ? true
        : undefined;
    } catch {
      return undefined;
    }
  };
  await waitFor(`${host.name} to boot`, booted, { timeoutMs: 180_000, everyMs: 1000 });
}

/** Neither a restart of the agent nor one of the host forgives what was tried. */
async function inspect(host: LabHost, lab: Lab): Promise<readonly string[]> {
  const tried = await intents(host);
  const complaints = [...(await isGivenUp(host, lab, 'after the ladder'))];
  await host.sh('systemctl restart nodemend');
  await sleep(60_000);
  complaints.push(...(await isGivenUp(host, lab, 'after a restart of the agent')));
  if ((await intents(host)) !== tried) complaints.push('a restart of the agent gave it new attempts');
  // systemd-shutdown stops every process for a moment; nsenter, which waits for the helper outside, would stay stopped.
  await endHelpers(host, fault);
  await reboot(host);
  await strike(host);
  // Longer than a unit counts as just started.
  await sleep(200_000);
  complaints.push(...(await isGivenUp(host, lab, 'after a reboot')));
  if ((await intents(host)) !== tried) complaints.push('a reboot gave it new attempts');
  return complaints;
}

export const notHelping: Scenario = {
  name: 'not-helping',
  title: 'dockerd is stopped again whenever it was started: no remedy helps; then the agent is restarted, and the host rebooted',
  runtime: 'docker',
  config: 'ladders:\n  ContainerRuntimeUnhealthy/DockerHung: [restart-runtime, restart-kubelet]\n',
  problem: { type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' },
  climbs: ['restart-runtime', 'restart-kubelet'],
  kubeletRestarts: true,
  lookFor: 190,
  // Without Leases a node does one local remedy in ten minutes.
  before: giveIdentity,
  strike,
  inspect,
  async mend(host) {
    await takeIdentity(host);
    await endHelpers(host, fault);
    await resume(host, 'docker');
  },
};
