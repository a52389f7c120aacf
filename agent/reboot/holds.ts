import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { isDisruptive } from '../../lib/model/disruption.ts';
import type { GuardedNode, Hold } from '../../lib/model/guard.ts';
import type { GuardId } from '../../lib/model/guard-ids.ts';
import { NO_REBOOT } from '../../lib/model/reboot.ts';
import type { Disruption, Remedy } from '../../lib/model/remedy.ts';
import { inhibitions } from '../../lib/reboot/inhibitors.ts';
import { podsOfNode, readBlockers } from './blockers.ts';
import { readInhibitors } from './inhibitors.ts';
import { rebootSettings } from './settings.ts';

export interface BlockerQuestion {
  readonly remedy: Pick<Remedy, 'id'>;
  readonly disruption: Disruption;
  /** As it was read with the other guards. */
  readonly node: Pick<GuardedNode, 'annotations'> | undefined;
}

export interface BlockerParts {
  readonly host: HostView;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly node: string;
}

const holdOf = (id: GuardId, reasons: readonly string[]): readonly Hold[] =>
  reasons.length === 0 ? [] : [{ id, why: reasons.join('; ') }];

async function inhibited({ host, config }: BlockerParts, { remedy, node }: BlockerQuestion): Promise<readonly string[]> {
  const settings = remedy.id === 'reboot' ? rebootSettings(config) : undefined;
  if (settings === undefined) return [];
  return inhibitions(await readInhibitors(host, settings.inhibitors, node?.annotations[NO_REBOOT]), host.clock.now());
}

/** What the operator has put in the way of work that disrupts. Asked when nothing else holds it, and before a Lease is claimed. */
export async function blockerHolds(parts: BlockerParts, question: BlockerQuestion): Promise<readonly Hold[]> {
  if (!isDisruptive(question.disruption)) return [];
  const [blocked, kept] = await Promise.all([
    readBlockers(parts.host, podsOfNode(parts.host, parts.node), parts.config.guards.blockers),
    inhibited(parts, question),
  ]);
  return [...holdOf('blocked', blocked), ...holdOf('inhibited', kept)];
}
