import type { AgentConfig } from '../../lib/config/schema.ts';
import { meetsSelector } from '../../lib/model/label-selector.ts';
import type { DrainSettings } from '../../lib/model/move-work.ts';
import type { PlanContext } from '../../lib/model/remedy.ts';
import type { FactOf } from '../../lib/model/source.ts';
import { nodeObject } from '../../lib/sources/cluster/node-object.ts';

/** Undefined: this configuration knows nothing of drains. Cordon and uncordon go by the same. */
export function drainSettings({ remedies }: Pick<AgentConfig, 'remedies'>): DrainSettings | undefined {
  const { enabled: _e, disruption: _d, cooldown: _c, attempts: _a, per: _p, ...settings } = remedies.drain ?? {};
  return 'buffer' in settings && 'partial' in settings ? (settings as DrainSettings) : undefined;
}

/** Whether this node's work may be moved at all. */
export async function moveTarget(config: AgentConfig, factOf: FactOf): Promise<PlanContext['move']> {
  const settings = drainSettings(config);
  if (settings === undefined) return undefined;
  const node = await factOf(nodeObject);
  if (node?.kind === 'not-joined') return { kind: 'no', why: node.why };
  // The program looks again, and asks for as long as it takes.
  if (node?.kind !== 'found') return { kind: 'may' };
  const { nodeSelector } = settings;
  if (meetsSelector(node.value.labels, nodeSelector)) return { kind: 'may' };
  return { kind: 'no', why: `the labels of this node are not those of remedies.drain.nodeSelector (${nodeSelector})` };
}
