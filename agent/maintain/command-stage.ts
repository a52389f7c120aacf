import type { CommandState, MaintainRecord } from '../../lib/maintain/record.ts';
import type { MaintainHands } from './hands.ts';
import { type StageEnd, safePoint, type WorkOptions } from './stage.ts';

const AGAIN = '--resume --rerun runs it again, --resume --skip-command goes on as if it had succeeded';

function endOf(state: CommandState, record: MaintainRecord): StageEnd {
  if (state.kind === 'ended' && state.code === 0) return { kind: 'next', record };
  if (state.kind === 'ended')
    return { kind: 'stopped', why: `the command ended with exit status ${state.code}; ${AGAIN}`, record };
  if (state.kind === 'lost')
    return { kind: 'stopped', why: `nobody knows how the command ended: ${state.why}; ${AGAIN}`, record };
  return { kind: 'interrupted' };
}

/** Never begun twice but by a person's word: on record before it is begun, and its exit status is its own to write. */
async function runCommand(record: MaintainRecord, hands: MaintainHands, { say, signal }: WorkOptions): Promise<StageEnd> {
  const { command } = hands;
  const state = await command.look(record);
  if (state.kind === 'running') {
    say(`the command still runs (process ${state.pid}); waits for its end`);
    return endOf(await command.awaitEnd(record, signal), record);
  }
  if (state.kind !== 'fresh' && record.word !== 'rerun') return endOf(state, record);
  await command.clean(record);
  const { word: _used, ...plain } = record;
  const begun = { ...plain, begun: await hands.boot() };
  await hands.journal.write(begun);
  return endOf(await command.run(begun), begun);
}

/** What the node was drained for: a command, or a person's hands. */
export async function commandStage(record: MaintainRecord, hands: MaintainHands, options: WorkOptions): Promise<StageEnd> {
  const over = await safePoint(record, hands);
  if (over !== undefined) return over;
  if (record.word === 'skip') return { kind: 'next', record };
  if (record.order.command.length > 0) return await runCommand(record, hands, options);
  const isDone = await hands.askPerson(record);
  if (options.signal.aborted) return { kind: 'interrupted' };
  return isDone === true ? { kind: 'next', record } : { kind: 'waiting', why: 'drained, and waiting for a person' };
}
