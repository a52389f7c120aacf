import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Fault, fault, pass, skip } from '../model/finding.ts';
import type { LedgerState } from '../model/incident.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { agentUnhealthy as problem } from '../problems/agent-unhealthy.ts';
import { type OwnCheck, ownChecks } from '../sources/host/own-checks.ts';

/** Beyond what its sources may take: two looks, and an agent that gets no CPU. */
const PATIENCE = seconds(30);

interface Limits {
  readonly intervals: number;
  readonly unknownAfter: Duration;
}

function judgeCheck({ id, interval, deadline, silentFor, blindFor, why }: OwnCheck, limits: Limits): Fault | undefined {
  const late = Math.max(limits.intervals * interval, 2 * deadline + PATIENCE);
  if (silentFor >= late) {
    const message = `the check ${id} has given no result for ${formatDuration(silentFor)}; it looks every ${formatDuration(interval)}`;
    return fault(problem, 'CheckStopped', message, { subject: id, measure: { observed: silentFor, limit: late, unit: 'ms' } });
  }
  if (blindFor === undefined || blindFor < Math.max(limits.unknownAfter, limits.intervals * interval)) return undefined;
  const advice = fillIn(problem.reasons.CheckBlind.advice ?? problem.advice, { CHECK: id });
  const message = `the check ${id} could not tell for ${formatDuration(blindFor)}: ${why ?? 'it does not say why'}`;
  return fault(problem, 'CheckBlind', message, { subject: id, advice });
}

function judgeLedger({ kind, why = '' }: LedgerState, directory: string): Fault | undefined {
  if (kind === 'disk') return undefined;
  const where = kind === 'runtime' ? 'kept in /run until the next boot' : 'kept nowhere but in memory';
  const advice = fillIn(problem.reasons.LedgerLost.advice ?? problem.advice, { DIRECTORY: directory });
  const message = `the ledger is ${where}${why === '' ? '' : `: ${why}`}`;
  return fault(problem, 'LedgerLost', message, { subject: 'ledger', advice });
}

/** The agent of itself: what it does not look at any more, nobody else would miss. */
export const agentHealth = defineCheck({
  id: 'agent-health',
  title: 'every check of the agent runs and can tell',
  interval: seconds(30),
  sources: { own: ownChecks },
  problems: [problem],
  settings: {
    intervals: setting.count(3, 'intervals of a check without a result; one may be lost to a starved node'),
    unknownAfter: setting.duration(minutes(10), 'a reboot of the API server or of a runtime makes checks blind for less'),
  },
  evaluate({ own }, { settings }) {
    if (own.kind === 'no-agent') return [skip(own.why)];
    const { checks, ledger } = own;
    const faults = [...checks.map((one) => judgeCheck(one, settings)), judgeLedger(ledger, '/var/lib/nodemend')];
    const found = faults.filter((one) => one !== undefined);
    return found.length > 0 ? found : [pass(`${checks.length} checks run, and the ledger is on disk`)];
  },
});
