import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { parseOwner } from '../../lib/model/cordon.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { RebootSettings } from '../../lib/model/reboot.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
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
}

const CORDON: Readonly<Record<Exclude<Uncordoned['kind'], 'failed'>, string>> = {
  lifted: 'the node is uncordoned',
  open: 'somebody has uncordoned the node',
  theirs: 'the node is cordoned by somebody else, and stays so',
  absent: 'the Node was deleted',
};

/** Proves that the host is well, and only then lets pods come back. */
export async function afterBoot(parts: AfterParts): Promise<Pick<RebootReport, 'kind' | 'why'>> {
  const { host, cluster, node, settings } = parts;
  const why = await validated(host.clock, () => lookAtHost(parts), settings);
  const { stable, within } = settings.validation;
  if (why !== undefined)
    return { kind: 'failed', why: `not well within ${formatDuration(within)} after the boot: ${why}; the node stays cordoned` };
  const cordon = await uncordonOwn(cluster, node, (owner) => parseOwner(owner)?.kind === 'agent');
  const well = `well for ${formatDuration(stable)} after the boot`;
  if (cordon.kind === 'failed') return { kind: 'failed', why: `${well}, but still cordoned: ${cordon.why}` };
  return { kind: 'done', why: `${well}; ${CORDON[cordon.kind]}` };
}
