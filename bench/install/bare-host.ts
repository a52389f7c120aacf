import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import { makeRoot } from '../../test/lab/host-files.ts';
import { makeHost } from '../../test/lab/make-host.ts';
import { claimSubnet, makeBridge } from '../../test/lab/network.ts';
import { boot, hostDirectory } from '../../test/lab/nspawn.ts';
import { hostName, labDirectory } from '../../test/lab/paths.ts';
import { must } from '../../test/lab/run.ts';
import { gatewayOf, type LabState, writeState } from '../../test/lab/state.ts';
import { waitFor } from '../../test/lab/wait.ts';

async function stateOf(name: string): Promise<LabState> {
  return {
    ...{ name, phase: 'up', upPid: process.pid, startedAt: new Date().toISOString(), runtime: 'containerd', nodes: 1 },
    ...{ liveRestore: false, kubeletDisk: 'none', kubeletInodes: 0, runtimeDisk: 'none', binaries: '', kubeletVersion: '' },
    subnet: await claimSubnet(name),
  };
}

const runs = async (host: LabHost): Promise<true | undefined> => {
  try {
    const { stdout } = await host.exec(['systemctl', 'is-system-running'], { timeoutMs: 5000 });
    return /running|degraded/.test(stdout) ? true : undefined;
  } catch {
    // PID 1 is not there yet.
    return undefined;
  }
};

/** Boots a root that has neither kubelet nor runtime nor a way out; `bringDown(name)` removes it. */
export async function bareHost(name: string, base: string): Promise<LabHost> {
  const state = await stateOf(name);
  writeState(state);
  await makeBridge(name, gatewayOf(state));
  mkdirSync(join(labDirectory(name), 'logs'), { recursive: true });
  const root = await makeRoot(base, hostDirectory(name, hostName(1)));
  writeFileSync(join(root, 'etc/machine-id'), await must(['systemd-id128', 'new']));
  await must([
    'systemctl',
    `--root=${root}`,
    '--quiet',
    'mask',
    'console-getty.service',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
  ]);
  boot(state, 1, []);
  const host = makeHost(state, 1);
  await waitFor('systemd', () => runs(host), { see: join(labDirectory(name), 'logs') });
  return host;
}
