import type { PlanContext, Refusal, Step, TargetUnit } from '../../model/remedy.ts';
import { stoppedWith } from '../../model/restart-survival.ts';
import { type Duration, seconds } from '../../model/units.ts';

/** A daemon that hangs will not use the time; one that works has something to put away. TimeoutStopSec is 90s. */
const patienceFor = (reason: string): Duration => (reason.endsWith('Hung') ? seconds(3) : seconds(10));

/** Units of the same service whose failure keeps it from starting: a socket that gave up triggering it. */
const socketsOf = (unit: string) => [unit.replace(/\.service$/, '.socket')];

export function refuse(why: string): Refusal {
  return { kind: 'refusal', why };
}

function whyUntouchable({ id, loadState, activeState, subState }: TargetUnit): string | undefined {
  if (loadState !== 'loaded') return `${id} is ${loadState}`;
  // S3 of the field's accidents: a unit that is being started again by systemd was killed again, for ever.
  if (activeState !== 'active' && activeState !== 'inactive' && activeState !== 'failed') {
    return `${id} is ${activeState} (${subState}): systemd is at work on it`;
  }
  return undefined;
}

/** What brings this unit back: a restart of one that runs, a start of one that is dead. */
export function bringBack(unit: TargetUnit, { fault, units = {} }: PlanContext, within: Duration): Step | Refusal {
  const why = whyUntouchable(unit);
  if (why !== undefined) return refuse(why);
  if (unit.activeState === 'active') {
    const along = stoppedWith(unit.id, { ...units, [unit.id]: unit }).filter((id) => id !== unit.id);
    return { do: 'restart-unit', unit: unit.id, main: unit.mainPid, along, patience: patienceFor(fault.reason), within };
  }
  const sockets = socketsOf(unit.id).filter((id) => units[id]?.loadState === 'loaded');
  return { do: 'start-unit', unit: unit.id, clear: [unit.id, ...sockets], within };
}

export function isRefusal(planned: Step | Refusal): planned is Refusal {
  return 'kind' in planned;
}
