import type { LabHost } from '../../host.ts';

const file = (fault: string): string => `/run/lab-${fault}.env`;

/** Lines of a [Service] section: an environment file that is read last gives the kubelet a flag it does not know. */
export async function badFlag(host: LabHost, fault: string): Promise<string> {
  await host.sh(`echo 'KUBELET_EXTRA_ARGS=--lab-no-such-flag' >${file(fault)}`);
  return `EnvironmentFile=-${file(fault)}\n`;
}

/** The line may stay: the file is optional. */
export async function removeBadFlag(host: LabHost, fault: string): Promise<void> {
  await host.sh(`rm -f ${file(fault)}`);
}
