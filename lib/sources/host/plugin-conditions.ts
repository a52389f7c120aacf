import type { PluginWord } from '../../model/plugin-word.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

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
