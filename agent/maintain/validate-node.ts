import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { type MaintainRecord, overruled } from '../../lib/maintain/record.ts';
import { judgeNode, type Wellness } from '../../lib/reboot/validation.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { examine } from '../examine.ts';
import { ownerOf, readNodeFacts } from '../reboot/node-facts.ts';
import { validated } from '../reboot/validate.ts';
import { version } from '../version.ts';
import type { Done, Say } from './hands.ts';

export interface ValidateParts {
  readonly host: HostView;
  readonly cluster: Pick<ClusterPods, 'node'>;
  readonly config: AgentConfig;
  readonly boot: () => string;
  readonly say: Say;
}

/** What doctor says of this host: notices are no reason to keep a node back. */
async function healthHere({ host, config }: ValidateParts): Promise<Wellness> {
  const { health, problems } = await examine(host, { config, version });
  if (health === 'Healthy') return { kind: 'well' };
  const worst = problems.find(({ severity }) => severity !== 'notice');
  return { kind: 'unwell', why: `doctor says ${health}${worst === undefined ? '' : `: ${worst.message}`}` };
}

interface Look {
  readonly wellness: Wellness;
  readonly overruled: boolean;
}

async function lookOnce(record: MaintainRecord, parts: ValidateParts): Promise<Look> {
  const { order } = record;
  const [answer, here] = await Promise.all([
    readNodeFacts(parts.cluster, order.node),
    order.here ? healthHere(parts) : ({ kind: 'well' } as const),
  ]);
  const unwell = (why: string, isOver = false): Look => ({ wellness: { kind: 'unwell', why }, overruled: isOver });
  if (answer.kind === 'unknown') return unwell(answer.why);
  const node = answer.kind === 'absent' ? 'absent' : { unschedulable: answer.value.unschedulable, owner: ownerOf(answer.value) };
  const why = overruled(node, record);
  if (why !== undefined || answer.kind === 'absent') return unwell(why ?? '', true);
  // Without a reboot the kubelet's word is of this boot anyway; of another host the boot was proved before.
  const boot = order.here && order.reboot ? parts.boot() : answer.value.bootId;
  const ready = judgeNode(answer.value, boot);
  return { wellness: here.kind === 'unwell' ? here : ready, overruled: false };
}

/** Healthy and Ready for as long as was asked, without a break. */
export async function validateNode(record: MaintainRecord, parts: ValidateParts, signal: AbortSignal): Promise<Done> {
  const over = new AbortController();
  let last = '';
  const look = async (): Promise<Wellness> => {
    const seen = await lookOnce(record, parts);
    if (seen.overruled) over.abort();
    const { wellness } = seen;
    const now = wellness.kind === 'well' ? 'all is well' : wellness.why;
    if (now !== last) parts.say(now);
    last = now;
    return wellness;
  };
  const why = await validated(parts.host.clock, look, record.order, AbortSignal.any([signal, over.signal]));
  return why === undefined ? { kind: 'done' } : { kind: 'stopped', why };
}
