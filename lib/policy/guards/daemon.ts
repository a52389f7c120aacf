import type { GuardedAction, GuardFacts, Hold } from '../../model/guard.ts';

const RESTARTS = ['restart-kubelet', 'restart-runtime'];

/** A unit that carries more than the kubelet, or a container of the very runtime: its restart is nobody's remedy. */
export function layout({ layout: name = 'systemd', runtimeInside }: GuardFacts, { remedy }: GuardedAction): Hold | undefined {
  if (!RESTARTS.includes(remedy)) return undefined;
  if (name === 'container') {
    return { id: 'layout', why: 'the kubelet runs in a container: a restart of that is its runtime’s' };
  }
  if (name !== 'systemd')
    return { id: 'layout', why: `the kubelet runs inside ${name}: a restart would end more than the kubelet` };
  if (remedy !== 'restart-runtime' || runtimeInside === undefined) return undefined;
  return { id: 'layout', why: `the runtime runs inside ${runtimeInside} and has no unit of its own` };
}

/**
 * What waits for the kernel ends only when the kernel lets go: SIGKILL changes nothing, and a second daemon would wait beside the
 * first. Judged here, too, because the check that finds such tasks may be switched off, or late.
 */
export function uninterruptible({ units, blockedShims = [] }: GuardFacts, { remedy, unit }: GuardedAction): Hold | undefined {
  const target = unit === undefined ? undefined : units?.[unit];
  if (!RESTARTS.includes(remedy) || target === undefined || target.activeState !== 'active') return undefined;
  const advice = 'look for the disk or the mount it waits for';
  if (target.mainState === 'D') return { id: 'uninterruptible', why: `${target.id} is in uninterruptible sleep: ${advice}` };
  const [shim] = remedy === 'restart-runtime' ? blockedShims : [];
  if (shim === undefined) return undefined;
  const of = shim.container === undefined ? '' : ` of container ${shim.container.slice(0, 12)}`;
  return { id: 'uninterruptible', why: `the shim${of} (process ${shim.pid}) is in uninterruptible sleep: ${advice}` };
}
