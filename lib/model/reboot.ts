import type { Duration } from './units.ts';

/** What keeps a host from being rebooted, as the operator has it. */
export interface InhibitorSettings {
  /** Any of these that exists. */
  readonly files: readonly string[];
  /** Somebody who is logged in. */
  readonly users: boolean;
}

/** `remedies.reboot` of the configuration, as far as it is the remedy's own. */
export interface RebootSettings {
  readonly inhibitors: InhibitorSettings;
  /** From `systemctl reboot` to the agent of the next boot; a host that needs longer is said, and left alone. */
  readonly within: Duration;
  readonly validation: {
    /** How long runtime, kubelet, Node and the check that failed have to be well without a break. */
    readonly stable: Duration;
    /** From the first look after the boot. */
    readonly within: Duration;
  };
}

/** On a Node: this host is not to be rebooted; `true`, or the time until when. */
export const NO_REBOOT = 'nodemend.io/no-reboot';

/** What keeps every remedy that costs work from beginning, beside windows and budgets. */
export interface BlockerSettings {
  readonly files: readonly string[];
  /** Label selectors: a pod on this node that one of them selects blocks. */
  readonly pods: readonly string[];
  readonly prometheus: {
    /** Empty: nobody is asked. */
    readonly url: string;
    /** A file of PEM: whose signature an https:// address has to have. */
    readonly ca: string;
    /** Names of alerts that block: a regular expression for the whole name. */
    readonly alerts: string;
    /** Those of them that do not; empty: none. */
    readonly ignore: string;
  };
}

export const NO_BLOCKERS: BlockerSettings = { files: [], pods: [], prometheus: { url: '', ca: '', alerts: '.*', ignore: '' } };
