import type { AgentConfig } from '../../lib/config/schema.ts';
import { AgentError } from '../../lib/errors.ts';
import type { Lock } from '../../lib/ledger/lock.ts';
import type { End, Kept } from '../../lib/tune/transaction.ts';
import { lockAlone } from '../one-at-a-time.ts';
import type { TuneOutcome } from '../output/tune.ts';
import { whoAmI } from '../person.ts';
import type { TuneSubject } from '../tune-node.ts';
import type { PreparedEviction } from '../tune-plan.ts';
import { type ApplyOptions, applyEviction, recover } from './apply.ts';
import { toReversal, toTransaction } from './begin.ts';
import type { TuneHands } from './hands.ts';
import { tuneLocks } from './places.ts';

export const PROGRAM = 'nodemend tune eviction';

/** One change at a time, and a second one is told so at once. */
export const lockTuning = (config: Pick<AgentConfig, 'stateDirectory' | 'runtimeDirectory'>): Lock =>
  lockAlone(tuneLocks(config), PROGRAM, (who) => new AgentError('TUNE_LOCKED', `another tune eviction is under way${who}`));

type Result = Pick<TuneOutcome, 'outcome' | 'message'>;

function toResult({ outcome, why }: End, what: 'apply' | 'revert'): Result {
  if (outcome !== 'applied') return { outcome, message: why };
  return { outcome: what === 'apply' ? 'applied' : 'reverted', message: why };
}

async function keptOf(hands: TuneHands): Promise<Kept | null> {
  const found = await hands.journal.read();
  return found.state === 'kept' ? found.kept : null;
}

export interface CarryOut {
  readonly hands: TuneHands;
  readonly options: ApplyOptions;
}

/** What an earlier run left open comes first: undefined, nothing was. */
export async function closeEarlier({ hands, options }: CarryOut): Promise<Result | undefined> {
  const earlier = await recover(hands, options);
  if (earlier === undefined) return undefined;
  options.say?.(`the earlier change is ${earlier.outcome}`);
  return { outcome: earlier.outcome, message: earlier.why };
}

export async function applyNow({ subject, work }: PreparedEviction, { hands, options }: CarryOut): Promise<Result> {
  if (work === undefined) return { outcome: 'nothing', message: 'every signal is as wanted' };
  const begin = { by: whoAmI(), at: Date.now(), kept: await keptOf(hands) };
  return toResult(await applyEviction(await toTransaction(subject, work, hands, begin), hands, options), 'apply');
}

/** `subject`: absent where the node's files cannot be read as they are. */
export async function revertNow(subject: TuneSubject | undefined, { hands, options }: CarryOut): Promise<Result> {
  const begin = { by: whoAmI(), at: Date.now(), kept: await keptOf(hands) };
  const reversal = await toReversal(subject?.node, hands, begin);
  if (reversal.kind === 'clean') {
    return { outcome: 'nothing', message: 'nothing of tune eviction is in force on this node' };
  }
  if (reversal.kind === 'edited') {
    const message = `${reversal.paths.join(', ')} was changed by somebody else since; take the eviction flags out by hand`;
    return { outcome: 'refused', message };
  }
  return toResult(await applyEviction(reversal.transaction, hands, options), 'revert');
}
