import type { PlanContext, Refusal, Step, TargetUnit } from '../../model/remedy.ts';
import { stoppedWith } from '../../model/restart-survival.ts';
import { type Duration, seconds } from '../../model/units.ts';

/** A runtime that was proved to do nothing. ContainerHung is one container of a runtime that works. */
const IDLE_RUNTIME = /^(Docker|CriDockerd|Containerd|Crio)Hung$/;

/**
 * None for a runtime that hangs: SIGTERM, and the SIGCONT that systemd sends with it, let a stopped dockerd take the kubelet's
 * waiting calls from the socket and drop them, and kubelet 1.20 was NotReady for 10s of it in half of the cases. Left in the
 * socket they are answered by the next run. What works has something to put away; TimeoutStopSec is 90s.
 */
function patienceFor(reason: string): Duration {
  if (IDLE_RUNTIME.test(reason)) return seconds(0);
  return reason === 'KubeletHung' ? seconds(3) : seconds(10);
}

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
