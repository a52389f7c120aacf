import type { FailoverPod, PodVolume } from '../model/failover.ts';
import { formatDuration } from '../model/quantity.ts';
import { minutes } from '../model/units.ts';
import type { Fate } from './fate.ts';
import type { Span } from './span.ts';

/** After this long the attach-detach controller takes a volume from a node that does not confirm the unmount. */
const FORCE_DETACH = minutes(6);

/**
 * Old containers go on while nobody ends them. `two-writers`: a second one may write to the same data from `from` on, until
 * the old node is fenced. `split`: two nodes, each with data of its own. `kept-apart`: the second one waits.
 */
export interface Writers {
  readonly risk: 'none' | 'kept-apart' | 'split' | 'two-writers' | 'unknown';
  readonly from: Span | null;
  readonly volume: string | null;
  readonly message: string;
}

const NONE: Writers = { risk: 'none', from: null, volume: null, message: 'no volume of a single writer' };

/** A pod starts with all of its volumes or not at all: one that is held back holds the others. Then the worst first. */
const WORST: readonly PodVolume['fencing'][] = ['one-pod', 'node-bound', 'attached', 'none', 'unknown', 'per-node'];

function decidingOf(volumes: readonly PodVolume[]): PodVolume | undefined {
  for (const fencing of WORST) {
    const found = volumes.find((volume) => volume.fencing === fencing);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How the cluster keeps a second writer away, once a second pod exists. */
const KEPT: Readonly<Record<string, string>> = {
  attached: `is attached to one node at a time: the new pod waits for its detachment, ${formatDuration(FORCE_DETACH)} after the old pod's object is gone`,
  'one-pod': 'is for one pod alone: the scheduler waits until the old one is gone',
  'node-bound': 'lies on this node: nobody else can write to it',
};

/** Nothing of the cluster keeps a second writer away, from this time on. */
function openTo({ what, fencing }: PodVolume, from: Span): Writers {
  const told = { from, volume: what };
  if (fencing === 'per-node') {
    const message = `${what}: the new pod starts with what its own node has there, and the old one goes on writing here`;
    return { risk: 'split', ...told, message };
  }
  if (fencing === 'unknown') return { risk: 'unknown', ...told, message: `${what}: could not tell what keeps two writers apart` };
  const message = `${what}: nothing keeps the new pod from writing while the old containers still do`;
  return { risk: 'two-writers', ...told, message };
}

export function writersOf({ volumes }: FailoverPod, { replacement }: Fate): Writers {
  const deciding = decidingOf(volumes);
  if (deciding === undefined) return NONE;
  const { what, fencing } = deciding;
  const apart = (message: string): Writers => ({ risk: 'kept-apart', from: null, volume: what, message });
  if (replacement.kind === 'never') return apart('no second pod is made');
  if (replacement.kind === 'waits')
    return apart(
      `no second pod while the old one's object exists; whoever deletes that by force, and the node still runs, makes two writers of ${what}`,
    );
  const kept = KEPT[fencing];
  if (kept !== undefined) return apart(`${what} ${kept}`);
  if (replacement.kind === 'pending') return apart(replacement.why);
  return openTo(deciding, replacement.span);
}
