import { apiGet } from './api.ts';
import type { LabHost } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { leaderOf } from './nspawn.ts';
import { isReady } from './up.ts';

interface HostStatus {
  readonly name: string;
  readonly address: string;
  /** PID 1 of the host on the machine; 0: not running. */
  readonly leader: number;
  readonly runtime: string;
  readonly runtimeUnit: string;
  readonly kubeletUnit: string;
  readonly ready: boolean;
}

/** Exit status 0: everything is as `up` leaves it. */
export async function printStatus(name: string, json: boolean): Promise<number> {
  const lab = openLab(name);
  const apiServerReady = (await apiGet(lab.state, '/readyz')) !== undefined;
  const hosts = await Promise.all(lab.hosts.map((host) => hostStatus(lab, host)));
  const { apiServer, kubeconfig, kubeletVersion, directory } = lab;
  const { phase, runtime } = lab.state;

  if (json)
    console.log(
      JSON.stringify({ name, phase, runtime, kubeletVersion, apiServer, apiServerReady, kubeconfig, directory, hosts }, null, 2),
    );
  else {
    console.log(
      `lab ${name}: ${phase}, ${kubeletVersion}, API server ${apiServer} ${apiServerReady ? 'ready' : 'not ready'}, KUBECONFIG=${kubeconfig}`,
    );
    for (const host of hosts) console.log(line(host));
  }
  return apiServerReady && hosts.every((host) => host.ready) ? 0 : 1;
}

const line = (host: HostStatus): string =>
  `${host.name}  ${host.address}  ${host.leader === 0 ? 'not running' : `PID ${host.leader}`}  ` +
  `${host.runtime} ${host.runtimeUnit}  kubelet ${host.kubeletUnit}  Node ${host.ready ? 'Ready' : 'not Ready'}`;

async function hostStatus(lab: Lab, host: LabHost): Promise<HostStatus> {
  const leader = leaderOf(lab.name, host.name);
  const [runtimeUnit, kubeletUnit, ready] = await Promise.all([
    unitState(leader, host, host.runtime),
    unitState(leader, host, 'kubelet'),
    isReady(lab.state, host.name),
  ]);
  return { name: host.name, address: host.address, leader, runtime: host.runtime, runtimeUnit, kubeletUnit, ready };
}

async function unitState(leader: number, host: LabHost, unit: string): Promise<string> {
  if (leader === 0) return 'unknown';
  const answer = await host.exec(['systemctl', 'is-active', unit], { timeoutMs: 5000 });
  return answer.stdout.trim() || 'unknown';
}
