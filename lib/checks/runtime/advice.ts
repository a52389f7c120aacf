import type { Advice } from '../../model/finding.ts';
import type { RestartSurvival } from '../../model/restart-survival.ts';
import { containerRuntimeUnhealthy } from '../../problems/container-runtime-unhealthy.ts';
import { type Daemon, progressOf, REASONS, subjectOf } from './daemon.ts';
import { describeSurvival } from './restart-facts.ts';
import { judgeSilence, type SilenceLimits } from './silence.ts';

/** SIGKILL because a deadlocked daemon sits out TimeoutStopSec (90s); systemd starts it again. */
function restartAdvice(unit: string, survival: RestartSurvival): Advice {
  const price = describeSurvival(unit, survival);
  const text = survival.survives ? `Then restart it: ${price}` : `Restart it only if that price is right: ${price}`;
  return { text, command: `systemctl kill -s KILL --kill-who=main ${unit}; systemctl start ${unit}` };
}

/** For a hung daemon: what state T and D ask for, and otherwise the restart with its price. Undefined: the catalogue's. */
export function adviceFor(
  daemon: Daemon,
  survival: RestartSurvival | undefined,
  limits: SilenceLimits,
): readonly Advice[] | undefined {
  const isSilent = daemon.cheap.kind === 'silent' || daemon.list?.kind === 'silent';
  const progress = progressOf(daemon);
  if (!isSilent || judgeSilence(progress, limits).verdict === 'slow') return undefined;
  const first = containerRuntimeUnhealthy.reasons[REASONS[daemon.service.name].hung].advice ?? [];
  const states = new Set(progress?.stuck.map(({ state }) => state));
  if (states.has('T')) return [{ text: 'Let it go on', command: `kill -CONT ${progress?.pid}` }, ...first];
  // SIGKILL waits for the kernel to let go as everybody does.
  if (states.has('D') || survival === undefined) return first;
  return [...first, restartAdvice(subjectOf(daemon), survival)];
}
