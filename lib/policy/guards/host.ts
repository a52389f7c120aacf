import type { GuardedAction, GuardFacts, Hold, Starvation } from '../../model/guard.ts';
import { formatDuration } from '../../model/quantity.ts';
import { minutes } from '../../model/units.ts';
import { isCure } from './unit.ts';

const SETTLED_AFTER = minutes(5);
const MOVING: Readonly<Record<string, string>> = {
  initializing: 'the host is booting',
  starting: 'the host is starting',
  stopping: 'the host is shutting down',
  maintenance: 'the host is in rescue or emergency mode',
};

export function paused({ pause }: GuardFacts): Hold | undefined {
  if (pause === undefined) return undefined;
  const { until, reason } = pause;
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return { id: 'paused', why: `paused${end}${reason === '' ? '' : `: ${reason}`}` };
}

export function hostStarting({ uptime, systemState = '' }: GuardFacts): Hold | undefined {
  const moving = MOVING[systemState];
  if (moving !== undefined) return { id: 'starting', why: moving };
  if (uptime === undefined || uptime >= SETTLED_AFTER) return undefined;
  return { id: 'starting', why: `the host has been up for ${formatDuration(uptime)}` };
}

/** From here tasks wait more than they run. */
const CPU_SOME = 60;
/** From here hardly anything moves for want of memory or disk. */
const MEMORY_FULL = 20;
const IO_FULL = 60;

function starvedOfCpu({ cpuSome, runnable, processors }: Starvation): string | undefined {
  if (cpuSome !== undefined) return cpuSome >= CPU_SOME ? `tasks waited for a CPU in ${cpuSome}% of the last 10s` : undefined;
  if (runnable === undefined || processors === undefined || runnable <= 4 * processors) return undefined;
  return `${runnable} tasks want to run on ${processors} CPUs`;
}

function starvedOfMemory({ memoryFull = 0 }: Starvation): string | undefined {
  return memoryFull >= MEMORY_FULL ? `all tasks waited for memory in ${memoryFull}% of the last 10s` : undefined;
}

function starvedOfDisk({ ioFull, blocked, processors = 1 }: Starvation): string | undefined {
  if (ioFull !== undefined) return ioFull >= IO_FULL ? `all tasks waited for disks in ${ioFull}% of the last 10s` : undefined;
  // Without PSI: as many as would saturate a disk with every CPU helping.
  return blocked !== undefined && blocked >= Math.max(8, 2 * processors) ? `${blocked} tasks wait for disks` : undefined;
}

/** A daemon of which it was proved that it neither ran nor waited for a CPU does not hang for want of one. */
const isProvedIdle = ({ reason }: GuardedAction) => /^(Docker|CriDockerd|Containerd|Crio)Hung$/.test(reason);

export function pressure({ starvation, units }: GuardFacts, action: GuardedAction): Hold | undefined {
  const unit = action.unit === undefined ? undefined : units?.[action.unit];
  // What is dead is not slow, and what a signal stopped is not slow for want of anything.
  const isExplained = unit !== undefined && (unit.activeState !== 'active' || unit.mainState?.toUpperCase() === 'T');
  if (action.unit === undefined || action.stopped === true || isExplained || !isCure(action)) return undefined;
  if (action.starved !== undefined) return { id: 'pressure', why: `starved, not hung: ${action.starved}` };
  if (starvation === undefined) return undefined;
  const cpu = isProvedIdle(action) ? undefined : starvedOfCpu(starvation);
  const why = cpu ?? starvedOfMemory(starvation) ?? starvedOfDisk(starvation);
  return why === undefined ? undefined : { id: 'pressure', why: `starved, not hung: ${why}` };
}

export function packages({ packages: work = [] }: GuardFacts): Hold | undefined {
  return work.length === 0 ? undefined : { id: 'packages', why: work.join('; ') };
}

/** Without a ledger each unit may be restarted once per boot: the second time would be one that nobody counts. */
export function noLedger({ ledgerLost }: GuardFacts, { unit, disruption }: GuardedAction): Hold | undefined {
  if (ledgerLost === undefined) return undefined;
  const { why, restarted } = ledgerLost;
  if (disruption !== 'none' && disruption !== 'local') return { id: 'no-ledger', why };
  if (unit !== undefined && !restarted.includes(unit)) return undefined;
  return { id: 'no-ledger', why: unit === undefined ? why : `${why}, and ${unit} was restarted since the boot` };
}
