import type { Inventory } from '../../lib/docker/inventory.ts';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import type { CopyProgress } from '../../lib/docker/progress.ts';

/** A mount below a data root after docker has ended. */
export interface LeftMount {
  readonly point: string;
  readonly type: string;
  /** docker's own, of a kind that it mounts again itself: the overlay of a container, its shm, a namespace. */
  readonly own: boolean;
}

/** It could not be done. `message`: a sentence fragment that says what. */
export class MoveFailure extends Error {
  override readonly name = 'MoveFailure';
}

/**
 * What a move does to a host, as small as its tests need it. Each call may be repeated: killed after any of them, the next run
 * begins its stage again. All throw MoveFailure for what a host may do.
 */
export interface MoveNode {
  /** The whole journal or the former one, on disk when it returns. */
  save(journal: MoveJournal): Promise<void>;
  now(): string;

  /** The agent's remedies, until `unpause`. A pause of somebody else stays as it is. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** Nothing starts these units while they are held; a reboot lifts it. */
  hold(units: readonly string[]): Promise<void>;
  letGo(units: readonly string[]): Promise<void>;
  /** Returns when it has ended. */
  stop(unit: string): Promise<void>;
  /** Returns when it is active. */
  start(unit: string): Promise<void>;
  isActive(unit: string): Promise<boolean>;

  /** Asks the daemon, for a while if it has only just begun. */
  inventory(): Promise<Inventory>;
  stopContainers(ids: readonly string[]): Promise<void>;
  startContainers(ids: readonly string[]): Promise<void>;
  mountsBelow(root: string): Promise<readonly LeftMount[]>;
  unmount(point: string): Promise<void>;

  /** Why the target is not the one that the marker was put into; undefined: it is. */
  targetTrouble(journal: MoveJournal): Promise<string | undefined>;
  /** Ends a copier that outlived the run that started it. */
  endCopier(): Promise<void>;
  copy(journal: MoveJournal, onProgress: (progress: CopyProgress) => void): Promise<void>;
  /** Where the copy is not the same; empty: proved equal. */
  differences(journal: MoveJournal): Promise<readonly string[]>;
  /** All of the target's file system is on its disk. */
  flush(journal: MoveJournal): Promise<void>;
  removeMarker(journal: MoveJournal): Promise<void>;

  /** daemon.json; undefined: there is none. */
  readConfig(journal: MoveJournal): Promise<string | undefined>;
  /** daemon.json, and what docker's unit requires to be mounted. */
  switchConfig(journal: MoveJournal): Promise<void>;
  /** What was found in place of either is kept beside the journal. */
  restoreConfig(journal: MoveJournal): Promise<void>;
}
