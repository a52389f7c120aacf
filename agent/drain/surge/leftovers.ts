import type { Outcome } from '../../../lib/drain/failure.ts';
import { parseClaim, SURGE, type SurgeClaim } from '../../../lib/drain/surge/claim.ts';
import { refName, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { isAbandoned } from './claiming.ts';
import type { SurgeContext, Surging } from './context.ts';
import { undo } from './undo.ts';

export interface Leftover {
  readonly ref: WorkloadRef;
  readonly claim: SurgeClaim;
}

const KINDS = ['Deployment', 'ReplicaSet'] as const;

/** Workloads that a surge of one of these nodes has changed, whoever began it. */
async function findClaims({
  nodes,
  workloads,
}: Pick<SurgeContext, 'nodes' | 'workloads'>): Promise<Outcome<readonly Leftover[]>> {
  const found: Leftover[] = [];
  for (const kind of KINDS) {
    const all = await workloads.marked(kind);
    if (!all.ok) return all;
    for (const { annotations, namespace = '', name, uid = '', ownerReferences = [] } of all.value) {
      const claim = parseClaim(annotations?.[SURGE]);
      // Those of a Deployment carry its annotations, copied.
      const isCopy = kind === 'ReplicaSet' && ownerReferences.some(({ controller }) => controller === true);
      if (claim === undefined || isCopy || !claim.nodes.some((node) => nodes.includes(node))) continue;
      found.push({ ref: { kind, namespace, name, uid }, claim });
    }
  }
  return { ok: true, value: found };
}

/** False: it is not undone, and should be. */
async function clear({ ref, claim }: Leftover, surging: Surging): Promise<boolean> {
  const { options, tell } = surging;
  const workload = refName(ref);
  const note = (message: string) => tell({ event: 'note', message: `${workload}: ${message}` });
  if (!isAbandoned(claim, surging)) {
    const until = new Date(claim.until).toISOString();
    note(`a surge is at work on it, ${claim.by}; it counts as given up from ${until} on`);
    return true;
  }
  if (options.dryRun !== 'none') {
    note(`a surge was killed at work on it, ${claim.by}; it would be undone`);
    return true;
  }
  const { ok, message } = await undo(surging, ref, claim);
  const said = ok ? `${message} (${claim.by} was killed at work)` : `not undone: ${message}`;
  tell({ event: 'surge-undone', workload, message: said });
  return ok;
}

/** Undoes what runs left behind that were killed; those at work are named, and left alone. False: something is not undone. */
export async function undoLeftovers(surging: Surging): Promise<boolean> {
  const found = await findClaims(surging);
  if (!found.ok) {
    // An identity that may not read them has changed none either.
    if (found.failure.code === 403) return true;
    const message = `whether a surge was left half done could not be seen: ${found.failure.message}`;
    surging.tell({ event: 'note', message });
    return true;
  }
  let isClean = true;
  for (const claimed of found.value) if (!(await clear(claimed, surging))) isClean = false;
  return isClean;
}
