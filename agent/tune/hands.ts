import type { FileCalls } from '../../lib/host/exact-file.ts';
import type { RestartOrder } from '../../lib/model/request.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { BootedProcess, Expectation, StepResult, Transaction } from '../../lib/tune/transaction.ts';
import type { TuneJournal } from './journal.ts';

export interface ProveOptions {
  readonly unit: string;
  readonly within: Duration;
  /** Not this one: it ran before. */
  readonly former?: BootedProcess;
  /** Files that the kubelet must have been started after. */
  readonly files: readonly string[];
}

/** Everything a change of the thresholds does to the node; all but the files and the journal is faked in the tests. */
export interface TuneHands {
  readonly files: FileCalls;
  readonly journal: TuneJournal;
  /** The kubelet that runs now. */
  process(): Promise<BootedProcess | undefined>;
  /** Whether a restart would be allowed now, before anything is written. */
  mayRestart(order: RestartOrder): Promise<StepResult>;
  /** Whether systemd accepts the files, before any of them is written. */
  verify(transaction: Transaction): Promise<StepResult>;
  /** Has systemd read its files anew, and looks whether it makes of them what was meant. */
  load(transaction: Transaction, which: 'before' | 'after'): Promise<StepResult>;
  /** The remedy restart-kubelet. */
  restart(order: RestartOrder): Promise<StepResult>;
  /** Before a step of the way back is tried again. */
  pause(): Promise<void>;
  /** Whether the kubelet that runs has exactly this, and its Node is Ready. */
  prove(expected: Expectation, options: ProveOptions): Promise<StepResult>;
}
