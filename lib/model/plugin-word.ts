import type { Instant } from './units.ts';

/** A condition as the custom plugins say it. */
export interface PluginWord {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  /** A plugin's output, hostile. */
  readonly message: string;
  /** When status, reason or message last changed. */
  readonly since: Instant;
  /** Program that says so; absent: none of its plugins has ended yet. */
  readonly path?: string;
}
