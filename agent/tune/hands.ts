import type { FileCalls } from '../../lib/host/exact-file.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { BootedProcess, Expectation, StepResult, Transaction } from '../../lib/tune/transaction.ts';
import type { TuneJournal } from './journal.ts';

/** A file of ours that a restart would apply: exactly these bytes are expected there, and nothing else. */
export interface OwnFile {
  readonly path: string;
  /** SHA-256 in hexadecimal; null: the file is to be gone. */
  readonly digest: string | null;
  /** Of its directory, right after ours was written: what somebody else put there since makes it newer. */
  readonly directoryModifiedAt?: number;
}

export interface RestartOrder {
  readonly unit: string;
  readonly own: readonly OwnFile[];
  /** Guards are for what is new: a way back is always open. */
  readonly undo: boolean;
  /** A kubelet that we started and proved ourselves: its youth is no reason to wait. */
  readonly proved?: BootedProcess;
  readonly why: string;
}

export interface ProveOptions {
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
  load(transaction: Transaction, expected: Expectation): Promise<StepResult>;
  /** The remedy restart-kubelet. */
  restart(order: RestartOrder): Promise<StepResult>;
  /** Whether the kubelet that runs has exactly this, and its Node is Ready. */
  prove(expected: Expectation, options: ProveOptions): Promise<StepResult>;
}
