import type { Health } from '../../../lib/model/report.ts';
import type { Expectation } from '../fault.ts';
import type { LabHost, Runtime } from '../host.ts';
import type { KubeletSettings } from '../kubelet.ts';
import type { Lab } from '../lab.ts';

/** A state of a real node that is worth keeping: what brings it about, and what doctor must say of it. */
export interface Scenario {
  /** Directory in test/recordings; `incident-…` is shown by `nodemend demo`. */
  readonly name: string;
  /** What happened, for the list of the demo. */
  readonly title: string;
  readonly runtime: Runtime;
  readonly health: Health;
  /** Everything doctor names, notices too: a recording with anything else is refused. */
  readonly expects: readonly Expectation[];
  /** How the kubelet is set meanwhile; default: as kubeadm leaves it. */
  readonly kubelet?: KubeletSettings;
  /** Time to let it last once doctor sees it. */
  readonly lastsMs?: number;
  /** A user of the host that looks; default root. */
  readonly user?: string;
  /** Nothing mends it: the lab goes down, and a new one comes up for what follows. */
  readonly ruins?: boolean;
  prepare(host: LabHost, lab: Lab): Promise<void>;
  undo(host: LabHost, lab: Lab): Promise<void>;
}

/** The port that serves the kubelet's metrics without authentication: the age of the last relist, from the first second on. */
export const withMetrics: KubeletSettings = { extraArgs: '--read-only-port=10255' };

export const nothing = async (): Promise<void> => undefined;
