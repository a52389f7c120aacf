import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { parseOwner } from '../../lib/model/cordon.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { RebootSettings } from '../../lib/model/reboot.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { LIFTED, LIFTING, notLifted, type Said } from '../drain-remedy/writes.ts';
import type { RebootReport } from './program.ts';
import { type Uncordoned, uncordonOwn } from './uncordon.ts';
import { lookAtHost, type RebootedFor, validated } from './validate.ts';

export interface AfterParts {
  readonly host: HostView;
  readonly cluster: Pick<ClusterPods, 'node' | 'patchNode'>;
  readonly config: AgentConfig;
  readonly node: string;
  readonly boot: string;
  readonly settings: RebootSettings;
  readonly rebootedFor: RebootedFor;
  /** An event of the Node. */
  say(event: Said): Promise<void>;
}

const CORDON: Readonly<Record<Exclude<Uncordoned['kind'], 'failed'>, string>> = {
  lifted: 'the node is uncordoned',
  open: 'somebody has uncordoned the node',
  theirs: 'the node is cordoned by somebody else, and stays so',
  absent: 'the Node was deleted',
};

type Ended = Pick<RebootReport, 'kind' | 'why'>;

/** Lifts the agent's own cordon, and says so on the Node as a drain that is called off does. */
export async function letPodsComeBack({ cluster, node, settings, say }: Omit<AfterParts, 'host' | 'config'>): Promise<Ended> {
  const well = `well for ${formatDuration(settings.validation.stable)} after the boot`;
  const isOurs = (owner: string | undefined) => parseOwner(owner)?.kind === 'agent';
  const cordon = await uncordonOwn(cluster, node, isOurs, () => say(LIFTING));
  if (cordon.kind === 'failed') {
    await say(notLifted(cordon.why));
    return { kind: 'failed', why: `${well}, but still cordoned: ${cordon.why}` };
  }
  if (cordon.kind === 'lifted') await say(LIFTED);
  return { kind: 'done', why: `${well}; ${CORDON[cordon.kind]}` };
}

/** Proves that the host is well, and only then lets pods come back. */
export async function afterBoot(parts: AfterParts): Promise<Ended> {
  const { host, settings } = parts;
  const why = await validated(host.clock, () => lookAtHost(parts), settings);
  if (why === undefined) return await letPodsComeBack(parts);
  const { within } = settings.validation;
  return { kind: 'failed', why: `not well within ${formatDuration(within)} after the boot: ${why}; the node stays cordoned` };
}
