import type { ConfigLayers } from '../sources/kubelet/kubelet-config-files.ts';
import type { UnitText } from './unit-file.ts';

/** What a plan is made from: everything read, nothing guessed. */
export interface TuneNode {
  readonly version: string;
  readonly unit: string;
  /** The unit's own file, then its drop-ins in systemd's order. */
  readonly units: readonly UnitText[];
  /** The EnvironmentFile= that exist. */
  readonly environmentFiles: ReadonlyMap<string, string>;
  /** Of the running process, or what systemd would start. */
  readonly argv: readonly string[];
  readonly configDirectory?: string;
  readonly layers: ConfigLayers;
  /** Texts of files that a plan may replace. */
  readonly existing: ReadonlyMap<string, string>;
}

export type Mechanism = 'config-dir' | 'extra-args' | 'systemd' | 'freeze-command';

/** One file that would be written. */
export interface Change {
  readonly kind: 'change';
  readonly mechanism: Mechanism;
  readonly path: string;
  /** Absent: the file is new. */
  readonly before?: string;
  readonly after: string;
  /** The command line that systemd would run afterwards; the same for config-dir. */
  readonly argv: readonly string[];
  /** What a person should know of it. */
  readonly notes: readonly string[];
}

/** Why a mechanism is not for this node. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly mechanism: Mechanism;
  readonly why: string;
}

export const STEM = 'nodemend-eviction';

export const startOf = (before: string | undefined) => (before === undefined ? {} : { before });

export const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index]);
