import { AgentError } from '../../lib/errors.ts';
import { enter, type MaintainRecord, nextStage, resumed } from '../../lib/maintain/record.ts';
import { EXIT } from '../command.ts';
import type { MaintainHands } from './hands.ts';
import type { StageEnd, WorkOptions } from './stage.ts';
import { carryOn, close, type MaintainEnd } from './work.ts';

export const refused = (message: string) => new AgentError('MAINTAIN_REFUSED', message);

/** The maintenance that the journal holds; throws where it cannot be read, since nobody knows then what stands cordoned. */
export async function openRecord({ journal }: Pick<MaintainHands, 'journal'>): Promise<MaintainRecord | undefined> {
  const found = await journal.read();
  if (found.kind === 'damaged') {
    throw refused(
      `${journal.path} cannot be read (${found.why}): see whether the node is cordoned, put it right with nodemend uncordon, then remove the file`,
    );
  }
  return found.kind === 'open' ? found.record : undefined;
}

export interface ResumeWords {
  readonly command?: 'rerun' | 'skip';
  readonly skipValidation: boolean;
  /** By the unit after a boot: only what nobody has to decide. */
  readonly unattended: boolean;
}

/** Goes on where it stands. */
export async function resume(
  record: MaintainRecord,
  { command, skipValidation, unattended }: ResumeWords,
  hands: MaintainHands,
  options: WorkOptions,
): Promise<MaintainEnd> {
  const { stage, stopped } = record;
  if (unattended && (stopped !== undefined || stage === 'drain' || stage === 'command')) {
    return { kind: 'stopped', stage, why: stopped?.why ?? 'it was interrupted, and a person has to say that it goes on' };
  }
  if (unattended && stage === 'reboot' && (await hands.boot()) === record.boot) {
    return { kind: 'stopped', stage, why: 'the host was not rebooted since' };
  }
  const next = resumed(record, command);
  if (stage !== 'validate' || !skipValidation) return await carryOn(next, hands, options);
  const after = nextStage(stage, record.order) ?? stage;
  return await carryOn(enter(next, after, await hands.boot()), hands, options);
}

/** Takes back what it did to the node: the cordon that is ours, and the unit that would go on. */
export async function abort(record: MaintainRecord, hands: MaintainHands, say: (text: string) => void): Promise<MaintainEnd> {
  const { stage } = record;
  const state = await hands.command.look(record);
  if (state.kind === 'running')
    return { kind: 'stopped', stage, why: `the command still runs (process ${state.pid}): end it first` };
  const answer = await hands.uncordon(record);
  if (answer.kind === 'failed') return { kind: 'stopped', stage, why: `it is still cordoned: ${answer.why}` };
  const left =
    answer.kind === 'theirs' ? 'the node stays cordoned: the cordon is not of this maintenance' : 'the node is not cordoned';
  say(answer.kind === 'absent' ? 'the Node was deleted' : left);
  await close(hands, record);
  return { kind: 'aborted', stage, why: '' };
}

/** Waiting for a person is what was asked for; a host that goes down for its reboot is on its way. */
export function exitStatusOf(
  { kind }: { readonly kind: MaintainEnd['kind'] | StageEnd['kind'] },
  interrupted: number | undefined,
): number {
  if (kind === 'done' || kind === 'aborted' || kind === 'rebooting') return EXIT.ok;
  if (kind === 'interrupted') return interrupted ?? EXIT.refused;
  return kind === 'waiting' ? EXIT.ok : EXIT.refused;
}
