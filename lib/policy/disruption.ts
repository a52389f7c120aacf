import type { Disruption, Remedy } from '../model/remedy.ts';

export interface DisruptionFacts {
  /** Whether running containers outlive a restart of the runtime; undefined: not asked. */
  readonly survives: boolean | undefined;
  /** Whether the unit to be restarted would come back as something no run has tried. */
  readonly pending: boolean;
  /** Devices of device plugins that pods hold; undefined: not known. */
  readonly devices: readonly string[] | undefined;
}

const RESTARTS_KUBELET = ['restart-kubelet', 'set-eviction-hard'];

function own(remedy: Pick<Remedy, 'id' | 'disruption'>, { survives, devices }: DisruptionFacts): Disruption {
  if (remedy.id === 'restart-runtime' && survives !== true) return 'workload';
  if (RESTARTS_KUBELET.includes(remedy.id) && (devices === undefined || devices.length > 0)) return 'workload';
  return remedy.disruption;
}

/** What a remedy would disrupt here and now: its own class is what it disrupts where everything is proved. */
export function disruptionHere(remedy: Pick<Remedy, 'id' | 'disruption'>, facts: DisruptionFacts): Disruption {
  return facts.pending ? 'node' : own(remedy, facts);
}
