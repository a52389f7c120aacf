import { seconds } from '../../lib/model/units.ts';
import { parseUpgradeFile, RESULT_FILE, UPGRADE_UNIT, upgradeProgram } from '../upgrade/program.ts';
import { lookAtOne } from './look.ts';
import { awaitProgram, beginProgram } from './own-unit.ts';
import { done, failed, refused, type StepContext, type StepOf, type StepOutcome } from './step.ts';

const LOOK_EVERY = seconds(2);

/** Until it has said how it ended; the upgrade goes on when the agent is told to end, or gives up waiting. */
function awaitReport(id: string, { within }: StepOf<'upgrade-systemd'>, context: StepContext): Promise<StepOutcome> {
  const awaited = {
    unit: UPGRADE_UNIT,
    within,
    every: LOOK_EVERY,
    async hear() {
      const read = await context.host.readFile(RESULT_FILE);
      const report = read.kind === 'text' ? parseUpgradeFile(read.text, id) : undefined;
      if (report === undefined) return undefined;
      return report.ok ? done(report.why) : failed(report.why);
    },
    interrupted: { kind: 'interrupted', why: `the agent was told to end; ${UPGRADE_UNIT} goes on` },
    late: { kind: 'timed-out', why: `${UPGRADE_UNIT} has not ended; see journalctl -u ${UPGRADE_UNIT}` },
  } as const;
  return awaitProgram(awaited, context);
}

/** Only started and waited for: what it does is agent/upgrade/upgrade.ts, in a unit that outlives this agent. */
export async function upgradeSystemdStep(step: StepOf<'upgrade-systemd'>, context: StepContext): Promise<StepOutcome> {
  const { host } = context;
  const unit = await lookAtOne(host, UPGRADE_UNIT);
  if (unit === undefined) return refused('systemd does not answer');
  if (unit.activeState === 'active') return refused(`${UPGRADE_UNIT} is still at work, begun by an agent before`);
  const { tool, olderThan } = step;
  const id = `${host.clock.now()}-${process.pid}`;
  const argv = upgradeProgram({ id, tool, olderThan, resultFile: RESULT_FILE });
  return (await beginProgram(UPGRADE_UNIT, argv, context)) ?? (await awaitReport(id, step, context));
}
