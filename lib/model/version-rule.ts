import type { Advice } from './finding.ts';

export const COMPONENTS = ['systemd', 'kernel', 'runc', 'containerd', 'docker', 'kubelet'] as const;
export type Component = (typeof COMPONENTS)[number];

/** What must be so besides the version. */
export type VersionCondition = 'foreign-routing-rules' | 'kernel-memory-accounting';

/** Versions of a component that are known to hurt a node. */
export interface VersionRule {
  readonly id: string;
  readonly component: Component;
  /** ID or ID_LIKE of os-release; absent: every distribution. */
  readonly distributions?: readonly string[];
  /** VERSION_ID of os-release, or the part of it before the first dot. */
  readonly release?: string;
  /** First version that is bad, in the distribution's own order; absent: from the beginning. */
  readonly from?: string;
  /** First version that is good again; absent: all later ones. */
  readonly below?: string;
  readonly onlyIf?: VersionCondition;
  /** What happens, as the rest of the sentence "systemd 219-62.el7 …". */
  readonly effect: string;
  readonly cure: readonly Advice[];
  readonly link: string;
}
