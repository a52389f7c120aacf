import type { Node } from '../drain/objects.ts';
import { CORDONED_BY } from '../model/cordon.ts';
import { printable } from '../model/printable.ts';
import type { Health } from '../model/report.ts';
import { type Duration, type Instant, minutes } from '../model/units.ts';
import { zoneOf } from '../model/zone.ts';
import { ANNOTATION } from '../reporters/annotations.ts';
import type { FleetNode, FleetReport, Reporting } from './fleet-node.ts';
import { parseReport } from './read-report.ts';

/** An agent reports every five minutes; one report may be lost. */
export const STALE: Duration = minutes(10);
/** The kubelet's and the cloud controller's; `True` is bad. */
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

export interface ReadOptions {
  /** By the API server's clock. */
  readonly now: Instant;
  /** Problem types: as conditions of that name they are bad, whoever wrote them. Other people's conditions may be good. */
  readonly problemTypes: ReadonlySet<string>;
}

function conditionsOf({ status }: Node, { problemTypes }: ReadOptions): readonly string[] {
  const bad = (status?.conditions ?? []).filter(
    ({ type, status: is }) => is === 'True' && (PRESSURES.includes(type) || problemTypes.has(type)),
  );
  return bad.map(({ type }) => printable(type, 64));
}

function readyOf({ status }: Node): FleetNode['ready'] {
  const is = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  return is === 'True' || is === 'False' ? is : 'Unknown';
}

function reportingOf(text: string | undefined, report: FleetReport | undefined, now: Instant): Reporting {
  if (text === undefined) return 'absent';
  if (report === undefined) return 'unreadable';
  return now - report.at > STALE ? 'stale' : 'reporting';
}

/** The health stands in a column of its own. */
function withoutHealth(summary: string, health: Health | undefined): string {
  return health !== undefined && summary.startsWith(`${health}: `) ? summary.slice(health.length + 2) : summary;
}

/** One Node object as the API server sent it; what its annotations hold is hostile. */
export function readNode(node: Node, options: ReadOptions): FleetNode {
  const { name, labels = {}, annotations = {} } = node.metadata;
  const text = annotations[ANNOTATION.report];
  const report = text === undefined ? undefined : parseReport(text);
  const reporting = reportingOf(text, report, options.now);
  const cordonedBy = annotations[CORDONED_BY];
  return {
    name: printable(name, 253),
    zone: printable(zoneOf(labels), 63),
    health: report !== undefined && reporting === 'reporting' ? report.health : 'Unknown',
    reporting,
    ...(report === undefined ? {} : { age: options.now - report.at, report }),
    summary: withoutHealth(printable(annotations[ANNOTATION.summary] ?? '', 256), report?.health),
    ready: readyOf(node),
    conditions: conditionsOf(node, options),
    cordoned: node.spec?.unschedulable === true,
    ...(cordonedBy === undefined ? {} : { cordonedBy: printable(cordonedBy, 128) }),
  };
}
