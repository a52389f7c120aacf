import { outcomeOf } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { scheduleOn } from '../../lib/drain-remedy/scheduled.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { ClusterClient } from '../../lib/kube/client.ts';
import { CORDONED_BY, parseOwner } from '../../lib/model/cordon.ts';
import { seconds } from '../../lib/model/units.ts';
import { moveFiles } from './program.ts';

const DEADLINE = seconds(3);

export interface Retiring {
  readonly host: Pick<HostView, 'fileStatus'>;
  readonly cluster: Pick<ClusterClient, 'apiGet' | 'apiSend'>;
  readonly stateDirectory: string;
  readonly node: string;
}

/** Takes back the condition of our drains. A sentence: our cordon stands, and nobody will lift it. */
export async function retireDrain({ host, cluster, stateDirectory, node }: Retiring): Promise<string | undefined> {
  // Without a record it was another drainer's.
  if ((await host.fileStatus(moveFiles(stateDirectory).record)).kind !== 'status') return undefined;
  const path = `/api/v1/nodes/${encodeURIComponent(node)}`;
  const found = outcomeOf<Node>(await cluster.apiGet({ path, deadline: DEADLINE }));
  if (!found.ok) return undefined;
  const { metadata, spec, status } = found.value;
  if (scheduleOn(status?.conditions ?? []) !== undefined) {
    const body = JSON.stringify({ status: { conditions: [{ type: 'DrainScheduled', $patch: 'delete' }] } });
    await cluster.apiSend({ method: 'PATCH', path: `${path}/status`, body, deadline: DEADLINE });
  }
  const isOurs = parseOwner(metadata.annotations?.[CORDONED_BY])?.kind === 'agent';
  return spec?.unschedulable === true && isOurs
    ? `the node stays cordoned by the agent that is going: kubectl uncordon ${node} when it is well`
    : undefined;
}
