import type { Health } from '../model/report.ts';
import type { FleetNode } from './fleet-node.ts';

/** How many nodes have it. */
export interface ProblemCount {
  readonly type: string;
  readonly reason: string;
  readonly nodes: number;
}

export interface Totals {
  readonly nodes: number;
  readonly health: Readonly<Record<Health, number>>;
  readonly absent: number;
  readonly stale: number;
  readonly unreadable: number;
  readonly notReady: number;
  readonly cordoned: number;
  readonly paused: number;
  readonly observing: number;
  /** The most frequent first; notices left out. */
  readonly problems: readonly ProblemCount[];
}

function countProblems(nodes: readonly FleetNode[]): readonly ProblemCount[] {
  const counts = new Map<string, ProblemCount>();
  for (const { report, health } of nodes) {
    const loud = (report?.problems ?? []).filter(({ severity, state }) => severity !== 'notice' && state !== 'suspected');
    // What a stale report says may be over.
    const names = new Map(health === 'Unknown' ? [] : loud.map((problem) => [`${problem.type}/${problem.reason}`, problem]));
    for (const [name, { type, reason }] of names) {
      counts.set(name, { type, reason, nodes: (counts.get(name)?.nodes ?? 0) + 1 });
    }
  }
  return [...counts.values()].toSorted((a, b) => b.nodes - a.nodes || (a.reason < b.reason ? -1 : 1));
}

export function totalsOf(nodes: readonly FleetNode[]): Totals {
  const count = (is: (node: FleetNode) => boolean) => nodes.filter(is).length;
  const withHealth = (wanted: Health) => count(({ health }) => health === wanted);
  return {
    nodes: nodes.length,
    health: {
      Critical: withHealth('Critical'),
      Degraded: withHealth('Degraded'),
      Unknown: withHealth('Unknown'),
      Healthy: withHealth('Healthy'),
    },
    absent: count(({ reporting }) => reporting === 'absent'),
    stale: count(({ reporting }) => reporting === 'stale'),
    unreadable: count(({ reporting }) => reporting === 'unreadable'),
    notReady: count(({ ready }) => ready !== 'True'),
    cordoned: count(({ cordoned }) => cordoned),
    paused: count(({ report }) => report?.paused !== undefined),
    observing: count(({ report }) => report?.mode === 'observe'),
    problems: countProblems(nodes),
  };
}

/** The worst of those that are shown. Of a node of which nothing is known nobody can say that it is healthy. */
export function fleetHealth({ nodes, of }: { readonly nodes: readonly FleetNode[]; readonly of: number }): Health {
  const healths = new Set(nodes.map(({ health }) => health));
  const worst = (['Critical', 'Degraded', 'Unknown'] as const).find((health) => healths.has(health));
  // A filter that fits nothing is good news; a fleet without nodes is none.
  return worst ?? (of === 0 ? 'Unknown' : 'Healthy');
}
