/** What an action may cost the node's workload, least first. */
export type Disruption = 'none' | 'local' | 'workload' | 'node';

/** What a ladder names. `default`: on without the operator's word. */
export interface Remedy {
  /** Equals the file name: imperative verb and object. */
  readonly id: string;
  readonly title: string;
  readonly disruption: Disruption;
  readonly enabledByDefault: boolean;
}
