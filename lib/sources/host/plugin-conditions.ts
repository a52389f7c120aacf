import { defineSource } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';

/** What a custom plugin says. */
export interface PluginWord {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  /** Its output, hostile. */
  readonly message: string;
  readonly since: Instant;
  /** The program; absent: none has ended yet. */
  readonly path?: string;
}

/** A plugin that could not be run. */
export interface SilentPlugin {
  readonly path: string;
  /** Sentence fragment. */
  readonly why: string;
}

export type PluginConditions =
  | {
      readonly kind: 'agent';
      /** Programs that are run. */
      readonly plugins: number;
      readonly words: readonly PluginWord[];
      readonly silent: readonly SilentPlugin[];
    }
  | { readonly kind: 'no-agent'; readonly why: string };

/** Answered by the daemon out of its own memory: who looks once does not run an operator's programs. */
export const pluginConditions = defineSource<PluginConditions>({
  id: 'plugin-conditions',
  deadline: seconds(1),
  read: async () => ({ kind: 'no-agent', why: 'only a running agent runs plugins: nodemend status' }),
});
