import { join } from 'node:path';
import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { run } from '../../run.ts';
import { waitFor } from '../../wait.ts';
import { endProgram, logOf, startProgram } from './program.ts';
import { redirectApi, stopRedirect } from './redirect.ts';

const modes = ['slow', 'hanging', 'denying'] as const;
type Mode = (typeof modes)[number];

/** One port for each host and mode, beside the API server's own. */
const portOf = (host: LabHost, mode: Mode): number => 6500 + host.index * 10 + modes.indexOf(mode);

/** From now on this host alone reaches a proxy instead of the API server. */
export async function falseApi(host: LabHost, lab: Lab, mode: Mode): Promise<void> {
  const fault = `apiserver-${mode}`;
  const port = portOf(host, mode);
  startProgram(host, lab, { fault, argv: ['api-proxy.ts', mode, lab.gateway, String(port), join(lab.directory, 'pki')] });
  const listening = async (): Promise<true | undefined> =>
    (await run(['sh', '-c', `ss -Hltn 'sport = :${port}' | grep -q .`])).code === 0 ? true : undefined;
  await waitFor(`the proxy at port ${port}`, listening, { timeoutMs: 10_000, see: logOf(lab, fault) });
  await redirectApi(host, lab, fault, port);
}

export async function trueApi(host: LabHost, lab: Lab, mode: Mode): Promise<void> {
  await stopRedirect(host, `apiserver-${mode}`);
  await endProgram(host, lab, `apiserver-${mode}`);
}
