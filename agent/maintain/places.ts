import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import type { Lock } from '../../lib/ledger/lock.ts';
import type { MaintainRecord } from '../../lib/maintain/record.ts';
import { lockAlone } from '../one-at-a-time.ts';

/** Where a maintenance keeps what it must not forget. */
export interface MaintainPlaces {
  readonly journal: string;
  readonly locks: readonly string[];
}

/** Of this host. */
export function placesHere({
  stateDirectory,
  runtimeDirectory,
}: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>): MaintainPlaces {
  return {
    journal: join(stateDirectory, 'maintain.journal'),
    locks: [join(stateDirectory, 'maintain.lock'), join(runtimeDirectory, 'maintain.lock')],
  };
}

/** Of another host: with the person, who need not be root here. */
export function placesElsewhere(node: string): MaintainPlaces {
  const base = process.env.XDG_STATE_HOME ?? '';
  const directory = join(base.startsWith('/') ? base : join(homedir(), '.local/state'), 'nodemend');
  return { journal: join(directory, `maintain-${node}.journal`), locks: [join(directory, `maintain-${node}.lock`)] };
}

export const statusFileOf = ({ journal }: MaintainPlaces, { order }: MaintainRecord): string =>
  join(dirname(journal), `maintain-${order.id}.status`);

/** One at a time, and a second one is told so at once. */
export const lockMaintain = ({ locks }: MaintainPlaces): Lock =>
  lockAlone(
    locks,
    'nodemend maintain',
    (who) => new AgentError('MAINTAIN_REFUSED', `another \`nodemend maintain\` of this node is at work${who}`),
  );
