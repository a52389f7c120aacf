import type { LabHost, Runtime } from './host.ts';
import type { Lab } from './lab.ts';

/** One problem that doctor must name; what is left out may be anything. */
export interface Expectation {
  readonly type: string;
  readonly reason?: string;
  /** Part of the subject. */
  readonly subject?: string;
  /** Problem type that explains it. */
  readonly cause?: string;
  /** Time it may take from the fault's beginning, when it differs from the fault's. */
  readonly withinMs?: number;
}

export interface Fault {
  /** As typed: `dockerd-hung`. */
  readonly name: string;
  readonly title: string;
  /** Only hosts of these runtimes can have it; default all. */
  readonly runtimes?: readonly Runtime[];
  /** Everything doctor must name. Empty: nothing on the node is wrong, and doctor must neither hang nor invent. */
  readonly expects: readonly Expectation[];
  /** Default 60 s. */
  readonly withinMs?: number;
  /** Exit statuses of doctor that are right meanwhile; default Degraded and Critical, Healthy if nothing is expected. */
  readonly exits?: readonly number[];
  /** Would be wrong: `ContainerRuntimeUnhealthy/DockerHung`, or a type alone. */
  readonly never?: readonly string[];
  /** Goes away by itself, perhaps before anybody looks: naming it is allowed, not demanded. */
  readonly passing?: boolean;
  /** Only the agent's log monitors see it: `doctor`, which looks once, says nothing. */
  readonly seenBy?: 'agent';
  break(host: LabHost, lab: Lab): Promise<void>;
  /** Undo it. Must also be harmless on a host that is not broken, and after a break that ended halfway. */
  mend(host: LabHost, lab: Lab): Promise<void>;
}
