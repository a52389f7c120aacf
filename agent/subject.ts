import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { readKubeconfig } from '../lib/kube/kubeconfig.ts';
import { type Option, type OptionValues, shared, textOption } from './command.ts';
import { composeHost, composeNode } from './compose.ts';
import { configOf, defaultConfig, identityOf } from './configuration.ts';
import { loadRecording } from './recording-files.ts';

/** What a command examines: this host or a recorded one, and the configuration it is judged by. */
export interface Subject {
  readonly host: HostView;
  readonly config: AgentConfig;
  /** Absent: a recording speaks for no cluster. */
  readonly cluster?: ClusterClient;
}

/** Options of every command that looks at a node. */
export const subjectOptions = {
  replay: { type: 'string', value: 'DIR', description: 'judge a recording of `nodemend record` instead of this host' },
  kubeconfig: shared.kubeconfig,
  config: shared.config,
} as const satisfies Record<string, Option>;

/** A recording is judged by the defaults, or by the file that was named: this host's configuration is not about it. */
export async function chooseSubject(options: OptionValues): Promise<Subject> {
  const file = textOption(options, 'config');
  const replay = textOption(options, 'replay');
  const config = replay !== undefined && file === undefined ? defaultConfig() : await configOf(composeHost(), file);
  if (replay !== undefined) return { host: (await loadRecording(replay)).host, config };
  const identity = identityOf(config, textOption(options, 'kubeconfig'));
  // What a person named is read at once: a slip in it is his to correct, not a check that could not tell.
  if (identity.kubeconfig !== undefined) await readKubeconfig(composeHost(), identity.kubeconfig);
  return { ...composeNode(identity), config };
}
