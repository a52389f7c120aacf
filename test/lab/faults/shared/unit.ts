import type { LabHost } from '../../host.ts';
import { waitFor } from '../../wait.ts';

/** systemctl talks to PID 1 over its private socket: all of this works without D-Bus. */
export async function property(host: LabHost, unit: string, name: string): Promise<string> {
  return (await host.sh(`systemctl show --value --property=${name} ${unit}`)).trim();
}

/** The unit's main process as the host counts, 0 without one. */
export async function mainPid(host: LabHost, unit: string): Promise<number> {
  return Number(await property(host, unit, 'MainPID'));
}

/** Signal the main process alone, never the containers' shims in the same control group. */
export async function signalMain(host: LabHost, unit: string, signal: 'STOP' | 'CONT' | 'KILL'): Promise<void> {
  await host.sh(`systemctl kill --signal=${signal} --kill-who=main ${unit}`);
}

/** Let the main process go on, if there is one. */
export async function resume(host: LabHost, unit: string): Promise<void> {
  await host.sh(`pid=$(systemctl show --value --property=MainPID ${unit}); [ "$pid" = 0 ] || kill -CONT "$pid"`);
}

/** Until the unit runs: forgets its failures first, and does not hang on a daemon that hangs. */
export async function ensureActive(host: LabHost, ...units: readonly string[]): Promise<void> {
  const names = units.join(' ');
  await host.sh(`systemctl reset-failed ${names}; systemctl start --no-block ${names}`);
  const ask = async (): Promise<true | undefined> => {
    const states = (await host.exec(['systemctl', 'is-active', ...units])).stdout.trim().split('\n');
    return states.every((state) => state === 'active') ? true : undefined;
  };
  await waitFor(`${names} on ${host.name} to be active`, ask, { see: `npm run lab -- logs ${host.name} ${units[0]}` });
}

/** Under /run, so that a reboot mends, too; the number makes it the last one that is read. */
const dropInPath = (unit: string, fault: string): string => `/run/systemd/system/${unit}.service.d/95-lab-${fault}.conf`;

export async function addDropIn(host: LabHost, unit: string, fault: string, text: string): Promise<void> {
  const path = dropInPath(unit, fault);
  await host.sh(`mkdir -p "$(dirname ${path})" && cat >${path} && systemctl daemon-reload`, { input: text });
}

export async function removeDropIn(host: LabHost, unit: string, fault: string): Promise<void> {
  const path = dropInPath(unit, fault);
  await host.sh(`[ ! -e ${path} ] || { rm ${path} && systemctl daemon-reload; }
    rmdir "$(dirname ${path})" 2>/dev/null || true`);
}
