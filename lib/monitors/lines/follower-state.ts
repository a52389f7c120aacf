import type { FilePosition } from './log-file.ts';

/** Where a follower stands; written after the lines of a poll were worked on, and read at the next start. */
export interface FollowerState {
  /** Files that are read, the one under the log's own name last. */
  readonly files: readonly FilePosition[];
  /** How files begin that were read, or are not to be. */
  readonly heads: readonly string[];
  /** How far files were read that are closed. */
  readonly done: readonly FilePosition[];
}
