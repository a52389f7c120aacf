import { type Finding, fault, unknown } from '../../model/finding.ts';
import { minutes } from '../../model/units.ts';
import { evictionTuningBroken as problem } from '../../problems/eviction-tuning-broken.ts';
import type { EvictionTuning } from '../../sources/kubelet/eviction-tuning.ts';

/** Longer than a change takes whose kubelet never comes back, the way back included. */
const UNDER_WAY = minutes(8);

/** What tune eviction left; nothing to say where it left nothing, or all holds. */
export function judgeTuning({ open, frozen }: EvictionTuning): readonly Finding[] {
  const findings: Finding[] = [];
  if (open !== undefined) {
    const { what, step, paths } = open;
    const message = `tune eviction --${what} of ${paths.join(', ')} is under way or was interrupted, at the step "${step}"`;
    findings.push(
      fault(problem, 'ChangeInterrupted', message, { subject: 'journal', state: 'suspected', activeAfter: UNDER_WAY }),
    );
  }
  if (frozen?.base === 'changed') {
    const message = `${frozen.path} freezes a command that the unit no longer has; its own is now ${frozen.command.slice(0, 300)}`;
    findings.push(fault(problem, 'BaseCommandChanged', message, { subject: frozen.path }));
  }
  if (frozen?.base === 'unclear') {
    findings.push(
      unknown(`whether ${frozen.path} still fits its unit cannot be told: ${frozen.command}`, { subject: frozen.path }),
    );
  }
  return findings;
}
