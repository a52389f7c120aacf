import type { HostView } from '../lib/host/host.ts';
import { seconds } from '../lib/model/units.ts';
import { parseNodeSwitches } from '../lib/policy/node-switches.ts';
import { nodeObject } from '../lib/sources/cluster/node-object.ts';
import { nodeState } from '../lib/sources/cluster/node-state.ts';
import { promptFacts } from './facts.ts';

/** An API server that is late must not delay the repair of the node. */
const HEAR_WITHIN = seconds(1);

/**
 * Why a person wants no remedy now: by the pause file and the Node's annotations as they are at this moment. The file holds
 * whatever the API server does.
 */
export async function heldByPerson(host: HostView): Promise<string | undefined> {
  const fact = promptFacts(host, HEAR_WITHIN);
  const [state, node] = await Promise.all([fact(nodeState), fact(nodeObject)]);
  const switches = node?.kind === 'found' ? parseNodeSwitches(node.value.annotations, node.at) : undefined;
  const pause = state?.pause ?? switches?.paused;
  if (pause !== undefined) return `paused${pause.reason === '' ? '' : `: ${pause.reason}`}`;
  return switches?.observe === true ? 'the Node says nodemend.io/mode=observe' : undefined;
}
