import type { FileState } from '../model/file-state.ts';
import type { ProcessIdentity } from '../model/remedy.ts';
import type { Instant } from '../model/units.ts';
import type { Mechanism } from './node.ts';

/** A process for ever: after a reboot the same PID may start at the same tick. */
export interface BootedProcess extends ProcessIdentity {
  readonly boot: string;
}

/** What the kubelet is to run with; absent: it cannot be told beforehand, and is not looked at. */
export interface Expectation {
  readonly argv?: readonly string[];
  readonly hard?: Readonly<Record<string, string>>;
  readonly soft?: Readonly<Record<string, string>>;
  readonly grace?: Readonly<Record<string, string>>;
}

export interface FileChange {
  readonly path: string;
  readonly before: FileState;
  readonly after: FileState;
}

/** What --revert needs: how each file was before the first of our changes, and what we wrote last. */
export interface KeptFile {
  readonly path: string;
  readonly was: FileState;
  readonly wrote: FileState;
}

/** Files that were put back under a kubelet that had read them as they are: newer than it, and no change to it. */
export interface Settled {
  readonly process: BootedProcess;
  /** By path, directories as well: the time of the last change of the inode, which nobody can set. */
  readonly changedAt: Readonly<Record<string, Instant>>;
}

export interface Kept {
  readonly unit: string;
  readonly mechanism: Mechanism;
  readonly at: Instant;
  readonly files: readonly KeptFile[];
  /** Directories that were made for them, the innermost first. */
  readonly directories: readonly string[];
  /** The kubelet that was proved to run with it. */
  readonly process?: BootedProcess;
  readonly settled?: Settled;
}

/** One change from everything it replaces to everything it gives. The way back is the same change turned round. */
export interface Transaction {
  readonly id: string;
  readonly what: 'apply' | 'revert';
  /** Who, as far as the host tells. */
  readonly by: string;
  readonly at: Instant;
  readonly unit: string;
  readonly mechanism: Mechanism;
  readonly files: readonly FileChange[];
  /** Made before the first file is written, the innermost first; gone again with the last. */
  readonly directories: readonly string[];
  readonly before: Expectation;
  readonly after: Expectation;
  /** The kubelet that ran when it began: as long as it lives, it has read nothing of this. Absent: none ran. */
  readonly process?: BootedProcess;
  /** What was kept of earlier changes. */
  readonly kept: Kept | null;
}

/** In this order; the journal names each before it is begun. */
const FORWARD = ['verify', 'write', 'load', 'restart', 'prove'] as const;
const BACK = ['restore', 'load', 'restart', 'prove'] as const;

export type Progress =
  | { readonly direction: 'forward'; readonly step: (typeof FORWARD)[number] }
  | { readonly direction: 'back'; readonly step: (typeof BACK)[number]; readonly why: string };

/** `what`, `why`: sentence fragments. `held`: a guard stands against it. */
export type StepResult =
  | { readonly kind: 'done'; readonly what: string }
  | { readonly kind: 'failed' | 'held'; readonly why: string };

/** `refused`: nothing was touched. `stuck`: neither state could be proved; the journal stays open, and the next run goes on. */
export type End =
  | { readonly kind: 'end'; readonly outcome: 'applied'; readonly why: string }
  | { readonly kind: 'end'; readonly outcome: 'refused' | 'rolled-back' | 'stuck'; readonly why: string };

export const START: Progress = { direction: 'forward', step: 'verify' };

const end = (outcome: End['outcome'], why: string): End => ({ kind: 'end', outcome, why });

const after = <Step extends string>(steps: readonly Step[], step: Step): Step | undefined => steps[steps.indexOf(step) + 1];

/** What comes after a step that ended like this. Pure. */
export function advance(progress: Progress, result: StepResult): Progress | End {
  if (progress.direction === 'forward') {
    if (result.kind !== 'done') {
      if (progress.step === 'verify') return end('refused', result.why);
      return { direction: 'back', step: 'restore', why: result.why };
    }
    const step = after(FORWARD, progress.step);
    return step === undefined ? end('applied', result.what) : { direction: 'forward', step };
  }
  const { why } = progress;
  if (result.kind !== 'done') return end('stuck', `${why}; on the way back: ${result.why}`);
  const step = after(BACK, progress.step);
  return step === undefined ? end('rolled-back', why) : { direction: 'back', step, why };
}

/** Where to go on after a kill. `running`: the kubelet of now was proved to have everything that was to be given. */
export function resumed(progress: Progress, running: boolean): Progress {
  if (progress.direction === 'back') return { ...progress, step: 'restore' };
  if (running && progress.step !== 'verify' && progress.step !== 'write') return { direction: 'forward', step: 'prove' };
  return { direction: 'back', step: 'restore', why: `it was interrupted at the step "${progress.step}"` };
}

/**
 * What is kept of it: the first state of each file that was ever changed, and the kubelet that was proved – also where everything is
 * as it was again, for the next change need not wait until a kubelet that we know has grown old.
 */
export function keptAfter(transaction: Transaction, outcome: End['outcome'], process: BootedProcess | undefined): Kept {
  const { what, kept: earlierKept, unit, mechanism, at } = transaction;
  const { settled: _, ...kept } = earlierKept ?? { unit, mechanism, at, files: [], directories: [] };
  const proved = process === undefined ? {} : { process };
  if (outcome !== 'applied') {
    return { ...kept, ...proved };
  }
  if (what === 'revert') return { unit, mechanism, at, files: [], directories: [], ...proved };
  const earlier = kept.files;
  const changed = transaction.files.map(({ path, before, after: wrote }) => ({
    path,
    was: earlier.find((file) => file.path === path)?.was ?? before,
    wrote,
  }));
  const others = earlier.filter(({ path }) => !changed.some((file) => file.path === path));
  const directories = [...new Set([...transaction.directories, ...kept.directories])];
  return { unit, mechanism, at, files: [...others, ...changed], directories, ...proved };
}
