import type { HostView } from '../../lib/host/host.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { ms, seconds } from '../../lib/model/units.ts';
import { isFault } from '../../lib/policy/report.ts';
import type { Look } from '../look-around.ts';
import { factOf } from '../round.ts';
import { concernedBy } from './concerned.ts';
import { lookForUsers } from './look-for-users.ts';

/** What doctor may take in all; the rest is for what it prints. */
const DOCTOR_WITHIN = seconds(9.5);
const AT_LEAST = ms(3500);

/** The report with the largest users of each filesystem that is short of something, in what is left of doctor's time. */
export async function withLargest(report: DoctorReport, { round }: Pick<Look, 'round'>, host: HostView): Promise<DoctorReport> {
  const faults = round.results.flatMap(({ findings }) => findings.filter(isFault));
  const concerned = await concernedBy(faults, (source) => factOf(round, source));
  if (concerned.length === 0) return report;
  const left = Math.max(AT_LEAST, DOCTOR_WITHIN - (host.clock.now() - round.at));
  const looked = await lookForUsers(host, concerned, left);
  const largestOf = ({ type, subject }: DoctorReport['problems'][number]) => {
    const at = concerned.find((one) => one.faults.some((fault) => fault.type === type && fault.subject === subject));
    const users = at === undefined ? undefined : looked.get(at.filesystem);
    if (users === undefined) return {};
    return { largest: typeof users === 'string' ? { unknown: users } : users };
  };
  return { ...report, problems: report.problems.map((problem) => ({ ...problem, ...largestOf(problem) })) };
}
