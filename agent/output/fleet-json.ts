import type { FleetNode } from '../../lib/fleet/fleet-node.ts';
import { fleetHealth, totalsOf } from '../../lib/fleet/totals.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { Fleet } from './fleet.ts';
import { jsonSeconds } from './json-values.ts';

function nodeJson({ name, zone, health, reporting, age, report, summary, ready, conditions, cordoned, cordonedBy }: FleetNode) {
  return {
    name,
    zone: zone === '' ? null : zone,
    health,
    agent: reporting,
    lastHealth: report?.health ?? null,
    reportedAt: report === undefined ? null : new Date(report.at).toISOString(),
    ageSeconds: jsonSeconds(age),
    agentVersion: report?.version ?? null,
    mode: report?.mode ?? null,
    paused: report?.paused ?? null,
    ready,
    conditions,
    cordoned,
    cordonedBy: cordonedBy ?? null,
    summary,
    problems: report?.problems ?? [],
    moreProblems: report?.more ?? 0,
    signals: report?.signals ?? [],
    lastRemedy: report?.lastRemedy ?? null,
  };
}

/** `nodemend fleet --json`. */
export function fleetJson(fleet: Fleet, at: Instant) {
  const { nodes, of } = fleet;
  const totals = totalsOf(nodes);
  const { health: byHealth, problems, nodes: shown, ...counts } = totals;
  return {
    apiVersion: 'nodemend.io/v1',
    kind: 'FleetReport',
    time: new Date(at).toISOString(),
    health: fleetHealth(fleet),
    counts: { nodes: of, shown, ...byHealth, ...counts },
    problems,
    nodes: nodes.map(nodeJson),
  };
}
