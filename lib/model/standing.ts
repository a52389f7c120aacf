import type { Fault, Finding } from './finding.ts';
import type { Duration, Instant } from './units.ts';

/** What one check said in one round. */
export interface Observation {
  readonly check: string;
  readonly findings: readonly Finding[];
}

/** A problem with memory: how long it has stood, and what was last seen of it. Made by policy/track.ts, not by checks. */
export interface Standing {
  /** Type and subject: what makes it the same problem in the next round. */
  readonly identity: string;
  readonly check: string;
  /** As last found. */
  readonly fault: Fault;
  readonly state: 'suspected' | 'active' | 'clearing';
  /** Wall clock of its beginning, for people. */
  readonly since: Instant;
  /** Time since it was first seen, by a clock that never jumps. */
  readonly stood: Duration;
  /** Time since its check last saw it; 0 unless it is clearing. */
  readonly gone: Duration;
  /** Taken from the ledger: an agent of before had said so, and this one has not seen it yet. */
  readonly remembered?: true;
}

/** A problem that changed its state, once. */
export interface Transition {
  readonly standing: Standing;
  readonly from: Standing['state'] | undefined;
  readonly to: Standing['state'] | 'cleared';
  /** What an agent of before had already told, found as it was: no news. */
  readonly known?: true;
}
