/** How a unit stands, in systemd's own words. */
export interface UnitState {
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, … */
  readonly loadState: string;
  /** `active`, `activating`, `deactivating`, `inactive`, `failed`, `reloading`. */
  readonly activeState: string;
  readonly subState: string;
  /** `success`, `exit-code`, `oom-kill`, `start-limit-hit`, … */
  readonly result: string;
  /** `enabled`, `disabled`, `static`, `masked`, …; empty when systemd does not know. */
  readonly unitFileState: string;
}
