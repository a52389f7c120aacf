import type { MaintainRecord } from '../../lib/maintain/record.ts';
import type { MaintainHands } from './hands.ts';
import { type StageEnd, safePoint, type WorkOptions } from './stage.ts';

const proof = (record: MaintainRecord, now: string): string => `rebooted: boot id ${record.boot} before, ${now} now`;

/** Of another host: a person reboots it, and its kubelet tells. */
async function elsewhere(record: MaintainRecord, hands: MaintainHands, { say, signal }: WorkOptions): Promise<StageEnd> {
  say('waits for the host to be rebooted by hand');
  const end = await hands.awaitReboot(record, signal);
  if (end !== 'rebooted') return { kind: 'interrupted' };
  say(proof(record, await hands.boot()));
  return { kind: 'next', record };
}

/** Armed first: between the look and the reboot there is nothing but the reboot. */
async function here(record: MaintainRecord, hands: MaintainHands, { say, signal }: WorkOptions): Promise<StageEnd> {
  const armed = await hands.arm(record);
  if (armed.kind === 'stopped') return armed;
  const reasons = await hands.lookBeforeReboot(record);
  if (reasons.length > 0) {
    await hands.disarm();
    return { kind: 'stopped', why: reasons.join('; ') };
  }
  say('cordoned, empty, and nothing inhibits it: reboots now');
  const end = await hands.reboot(record, signal);
  return end === 'interrupted' ? { kind: 'rebooting' } : end;
}

/** Over when the boot id is another than when the stage was entered; until then it has not happened, whoever says so. */
export async function rebootStage(record: MaintainRecord, hands: MaintainHands, options: WorkOptions): Promise<StageEnd> {
  const boot = await hands.boot();
  if (boot !== '' && record.boot !== '' && boot !== record.boot) {
    options.say(proof(record, boot));
    return { kind: 'next', record };
  }
  const over = await safePoint(record, hands);
  if (over !== undefined) return over;
  if (boot === '') return { kind: 'stopped', why: 'the boot id is not known: a reboot could not be proved' };
  const known = { ...record, boot };
  if (record.boot === '') await hands.journal.write(known);
  return await (record.order.here ? here : elsewhere)(known, hands, options);
}
