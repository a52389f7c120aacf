import type { AgentConfig } from '../lib/config/schema.ts';

/** A configuration that is whatever was applied last: who reads a key when it is needed sees what holds then. */
export interface LiveConfig {
  readonly config: AgentConfig;
  /** Puts another one in force; keys that a running agent cannot change keep their value and are returned. */
  apply(next: AgentConfig): readonly string[];
}

interface Fixed {
  readonly key: string;
  readonly of: (config: AgentConfig) => unknown;
  readonly keep: (next: AgentConfig, before: AgentConfig) => AgentConfig;
}

/** What lies open as long as the agent runs: ledger and lock, the identity, the files it writes. */
const FIXED: readonly Fixed[] = [
  {
    key: 'stateDirectory',
    of: ({ stateDirectory }) => stateDirectory,
    keep: (next, { stateDirectory }) => ({ ...next, stateDirectory }),
  },
  {
    key: 'runtimeDirectory',
    of: ({ runtimeDirectory }) => runtimeDirectory,
    keep: (next, { runtimeDirectory }) => ({ ...next, runtimeDirectory }),
  },
  { key: 'nodeName', of: ({ nodeName }) => nodeName, keep: (next, { nodeName }) => ({ ...next, nodeName }) },
  {
    key: 'cluster.kubeconfig',
    of: ({ cluster }) => cluster.kubeconfig,
    keep: (next, { cluster: { kubeconfig } }) => ({ ...next, cluster: { ...next.cluster, kubeconfig } }),
  },
  {
    key: 'metrics.textfile',
    of: ({ metrics }) => metrics.textfile,
    keep: (next, { metrics: { textfile } }) => ({ ...next, metrics: { ...next.metrics, textfile } }),
  },
  {
    key: 'monitors',
    of: ({ monitors }) => JSON.stringify(monitors),
    keep: (next, { monitors }) => ({ ...next, monitors }),
  },
  {
    key: 'report.conditionAfter',
    of: ({ report }) => report.conditionAfter,
    keep: (next, { report }) => ({ ...next, report }),
  },
];

export function liveConfig(initial: AgentConfig): LiveConfig {
  let current = initial;
  const getters = Object.keys(initial).map((key) => [key, { enumerable: true, get: () => current[key as keyof AgentConfig] }]);
  const config = Object.defineProperties({}, Object.fromEntries(getters)) as AgentConfig;
  return {
    config,
    apply(next) {
      const changed = FIXED.filter(({ of }) => of(next) !== of(current));
      current = changed.reduce((kept, { keep }) => keep(kept, current), next);
      return changed.map(({ key }) => key);
    },
  };
}
