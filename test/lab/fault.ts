import type { LabHost } from './host.ts';
import type { Lab } from './lab.ts';

export interface Fault {
  /** As typed: `docker-hung`. */
  readonly name: string;
  readonly title: string;
  break(host: LabHost, lab: Lab): Promise<void>;
  /** Undo it. Must also be harmless on a host that is not broken. */
  mend(host: LabHost, lab: Lab): Promise<void>;
}
