import { localControl } from '../../lib/host/control.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { runtimeEndpoint } from '../../lib/sources/runtime/runtime-endpoint.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf } from '../configuration.ts';
import { agentApi } from '../drain/api.ts';
import { clusterPods } from '../drain/cluster-pods.ts';
import { type Said, sayEvent } from '../drain-remedy/writes.ts';
import { gatherer } from '../gather.ts';
import { leave } from '../leave.ts';
import { afterBoot } from './after.ts';
import type { RebootReport, RebootRequest } from './program.ts';
import { rebootNow } from './reboot-now.ts';

/** Of no problem there is. */
const NOTHING = { check: '', type: '' };

/**
 * In a unit of its own: the look before a reboot and the validation after it are more than a daemon should carry for the day on which
 * they are needed. It says how it ended in a file, because nobody may be there to hear it.
 */
async function main(): Promise<number> {
  const request = JSON.parse(process.argv[2] ?? '') as RebootRequest;
  const { host, cluster } = composeNode(request.identity);
  const { boot } = bootClock()();
  const say = async ({ kind, why }: Pick<RebootReport, 'kind' | 'why'>) => {
    console.log(`${kind}: ${why}`);
    const text = `${JSON.stringify({ id: request.id, kind, why, boot })}\n`;
    await writeWhole({ path: request.resultFile, text, mode: 0o600 });
  };
  const identity = await cluster.clusterIdentity();
  if (identity.kind !== 'identity') {
    await say({ kind: request.do === 'reboot' ? 'refused' : 'failed', why: identity.reason });
    return 1;
  }
  const api = agentApi(cluster);
  const pods = clusterPods(api);
  const order = { node: identity.nodeName, action: request.id };
  const sayOfNode = (event: Said) => sayEvent({ api, clock: host.clock, log: console.log, order }, event);
  const common = { host, cluster: pods, node: identity.nodeName, settings: request.settings };
  const end =
    request.do === 'reboot'
      ? await rebootNow({ ...common, endpoint: await gatherer(host).fact(runtimeEndpoint), control: localControl(), say })
      : await afterBoot({
          ...common,
          config: await configOf(composeHost(), undefined),
          boot,
          rebootedFor: request.rebootedFor ?? NOTHING,
          say: sayOfNode,
        });
  await say(end);
  return end.kind === 'done' || end.kind === 'rebooting' ? 0 : 1;
}

void main().then(
  (status) => leave(status),
  (error: unknown) => {
    console.error(error);
    return leave(70);
  },
);
