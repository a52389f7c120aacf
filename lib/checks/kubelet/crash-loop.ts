import type { Finding } from '../../model/finding.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { describeKubelet } from './advice.ts';
import { fatalOf, kubeletFault, type Runs } from './unit-verdict.ts';

/** A run that ended sooner than this never got to work. */
const SHORT_RUN = minutes(2);
/** CLD_KILLED of waitid(2): a signal from outside is no crash of the kubelet's own. */
const KILLED = 2;

export type CrashHistory = Runs & {
  /** Start of the present run, if there is one. */
  readonly startedAt: Instant | undefined;
};

/** Failed runs by systemd's own count, which starts afresh when a person starts the unit; undefined before version 235. */
function countRestarts({ unit, startedAt }: CrashHistory): number | undefined {
  if (unit.kind !== 'unit' || unit.restarts === undefined) return undefined;
  return unit.restarts + (startedAt === undefined ? 1 : 0);
}

/** Without a journal: whether the last run was short and ended by itself. */
function wasShort({ unit, now }: CrashHistory): boolean {
  if (unit.kind !== 'unit' || unit.mainStartedAt === undefined || unit.mainCode === KILLED) return false;
  return (unit.mainEndedAt ?? now) - unit.mainStartedAt < SHORT_RUN;
}

/** Failed runs within 10 minutes, without those before a person's last start. */
function countCrashes(history: CrashHistory): number {
  const restarts = countRestarts(history);
  const { journal } = history;
  if (journal.kind === 'read') return Math.min(journal.failures.length, restarts ?? Number.POSITIVE_INFINITY);
  return restarts !== undefined && wasShort(history) ? restarts : 0;
}

/** Two failures that lie further apart are no measure of a loop: a run that lasts this long has left any. */
const LONGEST_TURN = minutes(3);

/** A run that already lasts longer than any between two failures, and a minute, has left the loop. */
function isOver({ journal, startedAt, now }: CrashHistory): boolean {
  if (startedAt === undefined) return false;
  const failures = journal.kind === 'read' ? journal.failures : [];
  const gaps = failures.slice(1).map((at, index) => at - (failures[index] ?? at));
  return now - startedAt > Math.min(LONGEST_TURN, Math.max(seconds(60), ...gaps));
}

/** systemd gave up, or a person stopped it: the unit's own state says more. */
const isSettled = ({ unit }: CrashHistory) =>
  unit.kind === 'unit' && (unit.activeState === 'inactive' || unit.result.startsWith('start-limit'));

/** A loop is known by how often it failed, whether a run happens to be alive at the moment or not. */
export function judgeCrashes(history: CrashHistory, enough: number): Finding | undefined {
  const crashes = countCrashes(history);
  if (crashes === 0 || crashes < enough - 1 || isSettled(history) || isOver(history)) return undefined;
  const fatal = fatalOf(history);
  const last = fatal === undefined ? '' : `; its last words: ${fatal.line.slice(0, 300)}`;
  const message = `${describeKubelet(history.identity)} failed ${crashes} times within a few minutes${last}`;
  return kubeletFault(history, 'KubeletCrashLooping', message, { state: crashes < enough ? 'suspected' : 'active' });
}
