import { messageOf } from '../../lib/model/error-words.ts';
import { seconds } from '../../lib/model/units.ts';
import {
  advance,
  type End,
  keptAfter,
  type Progress,
  resumed,
  START,
  type StepResult,
  type Transaction,
} from '../../lib/tune/transaction.ts';
import type { TuneHands } from './hands.ts';
import { perform, proveAfter, settledBy } from './steps.ts';

const LOOKED_WITHIN = seconds(3);

/** One sentence for whoever waits. */
export type Say = (text: string) => void;

export interface ApplyOptions {
  readonly say?: Say;
  /** Aborted when whoever asked wants it to end: what is not applied by then is put back. */
  readonly signal?: AbortSignal;
}

const silent: Say = () => undefined;
/** A step with its entry in the journal before it. On the way back nothing waits for the journal: what it says leads there as well. */
async function journalled(
  progress: Progress,
  transaction: Transaction,
  hands: TuneHands,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  if (progress.direction === 'forward' && signal?.aborted === true) return { kind: 'failed', why: 'it was told to end' };
  try {
    await hands.journal.write({ state: 'open', transaction, progress });
  } catch (error) {
    if (progress.direction === 'forward') return { kind: 'failed', why: `${hands.journal.path}: ${messageOf(error)}` };
  }
  try {
    return await perform(progress, transaction, hands);
  } catch (error) {
    return { kind: 'failed', why: messageOf(error) };
  }
}

const ATTEMPTS = 3;

/** There is nothing behind the way back: a step of it that fails is tried again. */
async function stubborn(
  progress: Progress,
  transaction: Transaction,
  hands: TuneHands,
  { say = silent, signal }: ApplyOptions,
): Promise<StepResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await journalled(progress, transaction, hands, signal);
    say(`${progress.step}: ${result.kind === 'done' ? result.what : result.why}`);
    if (result.kind === 'done' || progress.direction === 'forward' || attempt === ATTEMPTS) return result;
    await hands.pause();
  }
}

async function close(transaction: Transaction, { outcome }: End, hands: TuneHands): Promise<void> {
  if (outcome === 'stuck') return;
  const { kept } = transaction;
  if (outcome !== 'refused') {
    const settled = outcome === 'rolled-back' ? await settledBy(transaction, hands) : undefined;
    const now = keptAfter(transaction, outcome, await hands.process());
    await hands.journal.write({ state: 'kept', kept: settled === undefined ? now : { ...now, settled } });
  } else if (kept === null) await hands.journal.clear();
  else await hands.journal.write({ state: 'kept', kept });
}

async function run(transaction: Transaction, from: Progress, hands: TuneHands, options: ApplyOptions): Promise<End> {
  const { say = silent } = options;
  let progress: Progress = from;
  for (;;) {
    const next = advance(progress, await stubborn(progress, transaction, hands, options));
    if ('direction' in next) {
      if (next.direction === 'back' && progress.direction === 'forward') say('everything is put back');
      progress = next;
      continue;
    }
    // The node is as this end says; where the journal cannot be closed, the next run looks, and closes it.
    await close(transaction, next, hands).catch((error: unknown) => say(`${hands.journal.path}: ${messageOf(error)}`));
    return next;
  }
}

/**
 * Changes the thresholds of the running kubelet, or puts everything back: journal, verify, write, daemon-reload, restart-kubelet with
 * its guards, proof – and on any failure the way back, proved as well. Killed at any instant, `recover` finishes or rolls back.
 * The caller holds the lock of `lockTuning`, and has called `recover`. For the remedy set-eviction-hard: `prepareEviction`
 * (agent/tune-plan.ts) plans, `toTransaction` (agent/tune/begin.ts) makes the transaction, this carries it out with `localHands`
 * (agent/tune/local-hands.ts). The agent's own sandbox may not write below /etc: it has to run outside, as a transient unit.
 */
export async function applyEviction(transaction: Transaction, hands: TuneHands, options: ApplyOptions = {}): Promise<End> {
  return await run(transaction, START, hands, options);
}

/** What a killed run left open, finished or rolled back; undefined: nothing is open. */
export async function recover(hands: TuneHands, { say = silent }: ApplyOptions = {}): Promise<End | undefined> {
  const found = await hands.journal.read().catch((error: unknown) => ({ state: 'damaged', why: messageOf(error) }) as const);
  if (found.state === 'damaged') {
    const why = `${hands.journal.path} cannot be read (${found.why}): put the kubelet's files right by hand, then remove it`;
    return { kind: 'end', outcome: 'stuck', why };
  }
  if (found.state !== 'open') return undefined;
  const { transaction, progress } = found;
  say(`an earlier --${transaction.what} by ${transaction.by} was interrupted at the step "${progress.step}"`);
  const isForward = progress.direction === 'forward';
  const seen = isForward ? await proveAfter(transaction, hands, LOOKED_WITHIN).catch(() => undefined) : undefined;
  return await run(transaction, resumed(progress, seen?.kind === 'done'), hands, { say });
}
