import { seconds } from '../../lib/model/units.ts';
import { parseUpgradeFile, RESULT_FILE, UPGRADE_UNIT, upgradeProgram } from '../upgrade/program.ts';
import { lookAtOne } from './look.ts';
import { done, failed, refused, type StepContext, type StepOf, type StepOutcome, stopAt } from './step.ts';

const LOOK_EVERY = seconds(2);
/** Between the end of the unit and what it wrote: it writes first. */
const ENDED_LOOKS = 2;

/** Until it has said how it ended; the upgrade goes on when the agent is told to end, or gives up waiting. */
async function awaitReport(
  id: string,
  { within }: StepOf<'upgrade-systemd'>,
  { host, signal }: StepContext,
): Promise<StepOutcome> {
  const began = host.clock.monotonic();
  let endedLooks = 0;
  while (host.clock.monotonic() - began < within) {
    const read = await host.readFile(RESULT_FILE);
    const report = read.kind === 'text' ? parseUpgradeFile(read.text, id) : undefined;
    if (report !== undefined) return report.ok ? done(report.why) : failed(report.why);
    if (signal.aborted) return { kind: 'interrupted', why: `the agent was told to end; ${UPGRADE_UNIT} goes on` };
    const unit = await lookAtOne(host, UPGRADE_UNIT);
    // PID 1 gives no answer while it is executed anew.
    const hasEnded = unit !== undefined && unit.activeState !== 'active' && unit.activeState !== 'activating';
    endedLooks = hasEnded ? endedLooks + 1 : 0;
    if (endedLooks > ENDED_LOOKS) return failed(`${UPGRADE_UNIT} ended without a word; see journalctl -u ${UPGRADE_UNIT}`);
    await host.clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
  }
  return { kind: 'timed-out', why: `${UPGRADE_UNIT} has not ended; see journalctl -u ${UPGRADE_UNIT}` };
}

/** Only started and waited for: what it does is agent/upgrade/upgrade.ts, in a unit that outlives this agent. */
export async function upgradeSystemdStep(step: StepOf<'upgrade-systemd'>, context: StepContext): Promise<StepOutcome> {
  const { host, control } = context;
  const unit = await lookAtOne(host, UPGRADE_UNIT);
  if (unit === undefined) return refused('systemd does not answer');
  if (unit.activeState === 'active') return refused(`${UPGRADE_UNIT} is still at work, begun by an agent before`);
  // A run that failed is kept by systemd before 236 until it is forgotten; one that is not there is no trouble.
  await control.control({ kind: 'unit', verb: 'reset-failed', unit: UPGRADE_UNIT });
  const { tool, olderThan } = step;
  const id = `${host.clock.now()}-${process.pid}`;
  const argv = upgradeProgram({ id, tool, olderThan, resultFile: RESULT_FILE });
  const begun = stopAt(await control.control({ kind: 'begin-program', unit: UPGRADE_UNIT, argv }), UPGRADE_UNIT);
  return begun ?? (await awaitReport(id, step, context));
}
