import { join } from 'node:path';
import { makeCgroups, removeCgroups } from '../../cgroup.ts';
import { LabError } from '../../error.ts';
import type { LabHost } from '../../host.ts';
import type { Lab } from '../../lab.ts';
import { launch } from '../../launch.ts';
import { cgroupsOf } from '../../paths.ts';
import { run } from '../../run.ts';
import { waitFor } from '../../wait.ts';
import { redirectApi, stopRedirect } from './redirect.ts';

const modes = ['slow', 'hanging', 'denying'] as const;
type Mode = (typeof modes)[number];

/** One port for each host and mode, beside the API server's own. */
const portOf = (host: LabHost, mode: Mode): number => 6500 + host.index * 10 + modes.indexOf(mode);
/** The proxy's own groups, under the lab's: `down` finds it there, and so does `mend`. */
const groupsOf = (host: LabHost, lab: Lab, mode: Mode): string[] => cgroupsOf(lab.name, `apiserver-${mode}-${host.name}`);

/** From now on this host alone reaches a proxy instead of the API server. */
export async function falseApi(host: LabHost, lab: Lab, mode: Mode): Promise<void> {
  await trueApi(host, lab, mode);
  const port = portOf(host, mode);
  const groups = groupsOf(host, lab, mode);
  makeCgroups(groups);
  const program = join(import.meta.dirname, 'api-proxy.ts');
  const argv = [process.execPath, program, mode, lab.gateway, String(port), '6443', join(lab.directory, 'pki')];
  launch(groups, argv, join(lab.directory, 'logs', `apiserver-${mode}.log`));
  const listening = async (): Promise<true | undefined> =>
    (await run(['sh', '-c', `ss -Hltn 'sport = :${port}' | grep -q .`])).code === 0 ? true : undefined;
  await waitFor(`the proxy at port ${port}`, listening, {
    timeoutMs: 10_000,
    see: `${lab.directory}/logs/apiserver-${mode}.log`,
  });
  await redirectApi(host, lab, `apiserver-${mode}`, port);
}

export async function trueApi(host: LabHost, lab: Lab, mode: Mode): Promise<void> {
  await stopRedirect(host, `apiserver-${mode}`);
  const left = await removeCgroups(groupsOf(host, lab, mode));
  if (left.length > 0) throw new LabError(`the proxy in ${left[0]} does not end`);
}
