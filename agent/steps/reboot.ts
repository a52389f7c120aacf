import { formatDuration } from '../../lib/model/quantity.ts';
import { seconds } from '../../lib/model/units.ts';
import { parseRebootReport, REBOOT_FILE, REBOOT_UNIT, type RebootReport, rebootProgram } from '../reboot/program.ts';
import { lookAtOne } from './look.ts';
import { failed, refused, type StepContext, type StepOf, type StepOutcome, stopAt } from './step.ts';

const LOOK_EVERY = seconds(1);
/** Between the end of the unit and what it wrote: it writes first. */
const ENDED_LOOKS = 2;

const GOES_ON = 'the host is told to reboot; the agent of the next boot proves it';

async function reportOf({ host }: Pick<StepContext, 'host'>, which: { id?: string; boot?: string }) {
  const read = await host.readFile(REBOOT_FILE);
  return read.kind === 'text' ? parseRebootReport(read.text, which) : undefined;
}

const verdictOf = ({ kind, why }: RebootReport): StepOutcome | undefined => {
  if (kind === 'refused') return refused(why);
  return kind === 'failed' ? failed(why) : undefined;
};

/** Until the program has refused or failed, this agent is told to end – as everything is when the host goes down –, or the time is over. */
export async function awaitReboot(
  which: { readonly id?: string; readonly boot?: string },
  { within }: Pick<StepOf<'reboot'>, 'within'>,
  { host, signal }: Pick<StepContext, 'host' | 'signal'>,
): Promise<StepOutcome> {
  const began = host.clock.monotonic();
  let endedLooks = 0;
  while (host.clock.monotonic() - began < within) {
    const report = await reportOf({ host }, which);
    const verdict = report === undefined ? undefined : verdictOf(report);
    if (verdict !== undefined) return verdict;
    if (signal.aborted) return { kind: 'begun', why: GOES_ON };
    const unit = report === undefined ? await lookAtOne(host, REBOOT_UNIT) : undefined;
    const hasEnded = unit !== undefined && unit.activeState !== 'active' && unit.activeState !== 'activating';
    endedLooks = hasEnded ? endedLooks + 1 : 0;
    if (endedLooks > ENDED_LOOKS) return failed(`${REBOOT_UNIT} ended without a word; see journalctl -u ${REBOOT_UNIT}`);
    await host.clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
  }
  return { kind: 'timed-out', why: `the host was told to reboot, and has not gone down within ${formatDuration(within)}` };
}

/** Only started and waited for: what looks and reboots is agent/reboot/main.ts, in a unit that outlives this agent. */
export async function rebootStep(step: StepOf<'reboot'>, context: StepContext): Promise<StepOutcome> {
  const { host, control, programIdentity: identity } = context;
  if (identity === undefined) return refused('cluster.enabled is false: nobody can say whether this host is empty');
  const unit = await lookAtOne(host, REBOOT_UNIT);
  if (unit === undefined) return refused('systemd does not answer');
  if (unit.activeState === 'active') return refused(`${REBOOT_UNIT} is at work already`);
  await control.control({ kind: 'unit', verb: 'reset-failed', unit: REBOOT_UNIT });
  const id = `${host.clock.now()}-${process.pid}`;
  const argv = rebootProgram({ do: 'reboot', id, identity, settings: step.settings, resultFile: REBOOT_FILE });
  const stop = stopAt(await control.control({ kind: 'begin-program', unit: REBOOT_UNIT, argv }), REBOOT_UNIT);
  return stop ?? (await awaitReboot({ id }, step, context));
}
