import { formatDuration } from '../../lib/model/quantity.ts';
import { seconds } from '../../lib/model/units.ts';
import { parseRebootReport, REBOOT_FILE, REBOOT_UNIT, type RebootReport, rebootProgram } from '../reboot/program.ts';
import { lookAtOne } from './look.ts';
import { awaitProgram, beginProgram } from './own-unit.ts';
import { failed, refused, type StepContext, type StepOf, type StepOutcome } from './step.ts';

const LOOK_EVERY = seconds(1);
const GOES_ON = 'the host is told to reboot; the agent of the next boot proves it';

async function reportOf({ host }: Pick<StepContext, 'host'>, which: { id?: string; boot?: string }) {
  const read = await host.readFile(REBOOT_FILE);
  return read.kind === 'text' ? parseRebootReport(read.text, which) : undefined;
}

const heardIn = ({ kind, why }: RebootReport): StepOutcome | 'going-on' => {
  if (kind === 'refused') return refused(why);
  return kind === 'failed' ? failed(why) : 'going-on';
};

/** Until the program has refused or failed, this agent is told to end – as everything is when the host goes down –, or the time is over. */
export function awaitReboot(
  which: { readonly id?: string; readonly boot?: string },
  { within }: Pick<StepOf<'reboot'>, 'within'>,
  context: Pick<StepContext, 'host' | 'signal'>,
): Promise<StepOutcome> {
  const awaited = {
    unit: REBOOT_UNIT,
    within,
    every: LOOK_EVERY,
    async hear() {
      const report = await reportOf(context, which);
      return report === undefined ? undefined : heardIn(report);
    },
    interrupted: { kind: 'begun', why: GOES_ON },
    late: { kind: 'timed-out', why: `the host was told to reboot, and has not gone down within ${formatDuration(within)}` },
  } as const;
  return awaitProgram(awaited, context);
}

/** Only started and waited for: what looks and reboots is agent/reboot/main.ts, in a unit that outlives this agent. */
export async function rebootStep(step: StepOf<'reboot'>, context: StepContext): Promise<StepOutcome> {
  const { host, programIdentity: identity } = context;
  if (identity === undefined) return refused('cluster.enabled is false: nobody can say whether this host is empty');
  const unit = await lookAtOne(host, REBOOT_UNIT);
  if (unit === undefined) return refused('systemd does not answer');
  if (unit.activeState === 'active') return refused(`${REBOOT_UNIT} is at work already`);
  const id = `${host.clock.now()}-${process.pid}`;
  const argv = rebootProgram({ do: 'reboot', id, identity, settings: step.settings, resultFile: REBOOT_FILE });
  return (await beginProgram(REBOOT_UNIT, argv, context)) ?? (await awaitReboot({ id }, step, context));
}
