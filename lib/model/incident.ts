import type { Evidence } from './finding.ts';
import type { Severity } from './problem.ts';
import type { Disruption } from './remedy.ts';
import type { Standing } from './standing.ts';
import type { Duration, Instant } from './units.ts';

/** A point on clocks that never jump: which boot, and how far into it. Budgets know no other time. */
export interface Moment {
  /** Boot id of the kernel. */
  readonly boot: string;
  /** Since the system started, milliseconds. */
  readonly up: Duration;
}

/** (boot, up) is unique: the same entry met twice is one entry. `seq` orders entries across boots; `at` is for people. */
export interface Stamp extends Moment {
  readonly at: Instant;
  readonly seq: number;
}

/** A problem became active; everything below refers to it by `incident`. */
export interface Opened {
  readonly kind: 'opened';
  readonly incident: string;
  readonly type: string;
  readonly subject?: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

export interface Changed {
  readonly kind: 'changed';
  readonly incident: string;
  readonly state: Standing['state'];
  readonly reason: string;
  readonly severity: Severity;
  readonly message: string;
}

/**
 * On disk before the first step of a remedy, whatever comes of it: from then on it is an attempt.
 * Names its fault itself, so that budgets never depend on another entry.
 */
export interface Intent {
  readonly kind: 'intent';
  readonly action: string;
  readonly incident: string;
  readonly type: string;
  readonly subject?: string;
  readonly remedy: string;
  /** Place in the ladder, from 0. */
  readonly rung: number;
  readonly disruption: Disruption;
  /** The unit that it restarts, kills or starts. */
  readonly unit?: string;
  /** The steps, as data. */
  readonly plan: readonly object[];
  readonly by: 'agent' | 'doctor' | 'tune';
}

/** `refused`: nothing was done. `interrupted`: the agent ended before it knew, and was started again. */
export type ActionOutcome = 'succeeded' | 'failed' | 'timed-out' | 'refused' | 'interrupted';

export interface Outcome {
  readonly kind: 'outcome';
  readonly action: string;
  readonly incident: string;
  readonly remedy: string;
  readonly outcome: ActionOutcome;
  readonly message: string;
  /** Held right before its first step: it was no attempt. */
  readonly untouched?: true;
}

/** The guards that hold the next remedy; written when the set changes. Empty: nothing holds it any more. */
export interface Guards {
  readonly kind: 'guards';
  readonly incident: string;
  readonly remedy: string;
  readonly guards: readonly string[];
}

/** In observe mode: what remedy mode would have done at this moment, no guard standing against it. Once for each rung. */
export interface Would {
  readonly kind: 'would';
  readonly incident: string;
  readonly remedy: string;
  readonly disruption: Disruption;
  /** The evidence it would have acted on: the problem in its own words. */
  readonly message: string;
}

/** Every rung has been tried or has no attempts left: given up. */
export interface Exhausted {
  readonly kind: 'exhausted';
  readonly incident: string;
  readonly tried: readonly string[];
}

/** A person forgave what came before: attempts of this problem type count from here, or the breaker closes. */
export interface Reset {
  readonly kind: 'reset';
  /** Problem type, or `breaker`. */
  readonly of: string;
  readonly subject?: string;
  /** Who, as far as the host tells. */
  readonly by: string;
}

export interface Closed {
  readonly kind: 'closed';
  readonly incident: string;
  /** `itself`, `systemd`, `person`, `agent` – or the remedy after which its check passed. */
  readonly healedBy: string;
}

export type LedgerEvent = Opened | Changed | Intent | Outcome | Guards | Would | Exhausted | Reset | Closed;

/** One line of the ledger. */
export type LedgerEntry = LedgerEvent & Stamp;

export type EntryOf<Kind extends LedgerEvent['kind']> = Extract<LedgerEvent, { readonly kind: Kind }> & Stamp;

/**
 * `disk`: entries survive a power loss. `runtime`: they survive the agent, not the host. `memory`: they survive nothing.
 * Anything but `disk` is the guard `no-ledger`.
 */
export type LedgerKept = 'disk' | 'runtime' | 'memory';

export interface LedgerState {
  readonly kind: LedgerKept;
  /** Why it is not `disk`, or what is wrong although it is: a sentence fragment. */
  readonly why?: string;
}

export function isKind<Kind extends LedgerEvent['kind']>(kind: Kind) {
  return (entry: LedgerEntry): entry is EntryOf<Kind> => entry.kind === kind;
}
