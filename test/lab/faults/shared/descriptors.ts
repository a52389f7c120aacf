import type { LabHost } from '../../host.ts';
import { waitFor } from '../../wait.ts';
import { endHelpers, startHelper } from './helper.ts';
import { mainPid } from './unit.ts';

interface Descriptors {
  readonly fault: string;
  readonly unit: string;
  readonly socket: string;
}

const saved = (fault: string): string => `/run/lab-${fault}.limit`;
const connections = 200;

/** Connect often, so that a few more descriptors are not the difference, then let the daemon have `spare` more. */
export async function fewDescriptors(host: LabHost, target: Descriptors, spare: number): Promise<void> {
  const { fault, unit, socket } = target;
  const pid = await mainPid(host, unit);
  const connect = `use Socket; for (1..${connections}) { socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("${socket}")) or die; push @a, $s } sleep`;
  const count = async (): Promise<number> => Number((await host.sh(`ls /proc/${pid}/fd | wc -l`)).trim());
  const before = await count();
  await startHelper(host, fault, `exec perl -e '${connect}'`);
  await waitFor('the connections', async () => ((await count()) >= before + connections ? true : undefined), {
    timeoutMs: 10_000,
  });
  const soft = (await count()) + spare;
  // The unit's own limit is not remembered by anybody else.
  await host.sh(`[ -e ${saved(fault)} ] || prlimit -p ${pid} --nofile --noheadings -o SOFT >${saved(fault)}
    prlimit -p ${pid} --nofile=${soft}:`);
}

export async function manyDescriptors(host: LabHost, { fault, unit }: Pick<Descriptors, 'fault' | 'unit'>): Promise<void> {
  const pid = await mainPid(host, unit);
  await host.sh(`[ ! -e ${saved(fault)} ] || [ ${pid} = 0 ] || prlimit -p ${pid} --nofile="$(tr -d ' ' <${saved(fault)}):"
    rm -f ${saved(fault)}`);
  await endHelpers(host, fault);
}
