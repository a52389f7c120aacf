import type { Clock } from '../../lib/host/host.ts';
import type { MoveOrder, MoveRecord } from '../../lib/model/move-work.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import type { Api } from '../drain/api.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import type { Fence } from './fence.ts';

/** What the program remembers beside the Node; on disk before it goes on. */
export interface Records {
  /** Of this very action; undefined: none yet. */
  read(action: string): Promise<MoveRecord | undefined>;
  save(record: MoveRecord): Promise<void>;
}

/** Everything that a move of work touches; fakes stand in for it here, and nowhere else. */
export interface MoveParts {
  readonly order: MoveOrder;
  readonly clock: Clock;
  readonly api: Api;
  readonly cluster: ClusterPods;
  readonly records: Records;
  /** What the agent thinks; undefined: it does not say. */
  status(): Promise<Pick<Snapshot, 'time' | 'problems'> | undefined>;
  /** Why a person wants no remedy now. */
  heldByPerson(): Promise<string | undefined>;
  /** What else the operator put in its way, each a sentence fragment. */
  blockers(): Promise<readonly string[]>;
  /** Ends pods for a kubelet that is dead; absent: that is not allowed. */
  readonly fence?: Fence;
  readonly random: () => number;
  log(text: string): void;
}
