import type { LabHost, Runtime } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { Run } from './measure.ts';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly runtime: Runtime;
  /** Beside the defaults; absent: the default configuration. */
  readonly config?: string;
  /** What the agent must name. Absent: it must name nothing. */
  readonly problem?: { readonly type: string; readonly reason: string; readonly subject?: string };
  /** The remedy that must run, and help. Absent: none may run. */
  readonly remedy?: string;
  /** Remedies that must all run, in this order, and help nothing. */
  readonly climbs?: readonly string[];
  /** That gets restarted by it. */
  readonly unit?: string;
  /** Containers whose first process may be another one afterwards, sandboxes included; default none. */
  readonly mayLose?: number;
  /** In seconds from the fault. */
  readonly limits?: { readonly found?: number; readonly fresh?: number; readonly restarted?: number };
  /** The kubelet itself is restarted: what its version does to Node and pods then is compared, not forbidden. */
  readonly kubeletRestarts?: boolean;
  /** Looked at for this long when nothing is to be healed by the agent; otherwise until all is well, but not longer. */
  readonly lookFor?: number;
  /** Who must have healed it, by the ledger. */
  readonly healedBy?: string;
  /** Once for each node, before the first run and after the last. */
  before?(host: LabHost, lab: Lab): Promise<void>;
  after?(host: LabHost, lab: Lab): Promise<void>;
  /** Before the fault, and before anything is measured. */
  prepare?(host: LabHost, lab: Lab): Promise<void>;
  /** The fault. Time runs from its beginning. */
  strike(host: LabHost, lab: Lab): Promise<void>;
  /** While it is broken: what else must be so then. Complaints. */
  inspect?(host: LabHost, lab: Lab, run: Run): Promise<readonly string[]>;
  mend(host: LabHost, lab: Lab): Promise<void>;
}
