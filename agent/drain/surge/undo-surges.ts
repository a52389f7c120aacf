import type { DrainContext } from '../context.ts';
import { deadlineOf } from '../deadline.ts';
import type { DryRun } from '../events.ts';
import { heldPods } from '../held.ts';
import { budgetTurns } from '../turns.ts';
import type { SurgeSettings } from './context.ts';
import { undoLeftovers } from './leftovers.ts';
import { ownersBy } from './owners.ts';

export interface Undoing extends Pick<DrainContext, 'cluster' | 'clock' | 'tell'>, Pick<SurgeSettings, 'who' | 'workloads'> {
  readonly nodes: readonly string[];
  readonly dryRun: DryRun;
}

/** What surges of these nodes left half done that were killed; false: something of it could not be undone. */
export async function undoSurges({ dryRun, ...undoing }: Undoing): Promise<boolean> {
  const { clock, who, workloads } = undoing;
  const { signal } = new AbortController();
  const deadline = deadlineOf(clock, 0, signal);
  const options = {
    force: false,
    ignoreDaemonSets: false,
    deleteEmptyDirData: false,
    skipWaitForDelete: 0,
    gracePeriod: -1,
    timeout: 0,
    podSelector: '',
    chunkSize: 500,
    disableEviction: false,
    dryRun,
    placement: 'off' as const,
    trustDaemonSets: false,
  };
  const surge = { who, workloads, acceptGap: false, patience: 0, atOnce: 1 };
  const rest = { version: 'v1' as const, turns: budgetTurns(), held: heldPods(), owners: ownersBy(workloads) };
  try {
    return await undoLeftovers({ ...undoing, ...rest, options, surge, signal, deadline });
  } finally {
    deadline.close();
  }
}
