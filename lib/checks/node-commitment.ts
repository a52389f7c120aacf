import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Evidence, type Finding, fault, pass, unknown } from '../model/finding.ts';
import { formatBytes } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional, type SourceFailure } from '../model/source.ts';
import { minutes } from '../model/units.ts';
import { nodeOvercommitted as problem } from '../problems/node-overcommitted.ts';
import { nodeObject } from '../sources/cluster/node-object.ts';
import { type NodePod, nodePods } from '../sources/cluster/node-pods.ts';
import { type Pressure, pressure } from '../sources/host/pressure.ts';
import { describePressure } from '../sources/host/pressure-words.ts';
import { withoutAnswer } from './cluster/judgeable.ts';

type Resource = 'cpu' | 'memory';
const RESOURCES: readonly Resource[] = ['cpu', 'memory'];

interface Limits {
  readonly cpuStall: number;
  readonly memoryStall: number;
  readonly workingSet: number;
  readonly loadPerProcessor: number;
}

interface Case {
  readonly resource: Resource;
  readonly pods: readonly NodePod[];
  readonly allocatable: number;
  readonly nodeName: string;
  /** Why the promise is felt, or undefined. */
  readonly felt: string | undefined;
  readonly evidence: readonly Evidence[];
}

const amount = (resource: Resource, value: number) =>
  resource === 'memory' ? formatBytes(value) : `${Number(value.toFixed(2))} CPUs`;
const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;

/** Finished pods hold nothing (the scheduler's view of a node). */
const counts = ({ phase }: NodePod) => phase !== 'Succeeded' && phase !== 'Failed';

function largest({ resource, pods }: Case, which: 'requests' | 'limits'): string {
  const sorted = pods
    .filter((pod) => (pod[which][resource] ?? 0) > 0)
    .sort((a, b) => (b[which][resource] ?? 0) - (a[which][resource] ?? 0));
  return sorted
    .slice(0, 5)
    .map((pod) => `${pod.namespace}/${pod.name} ${amount(resource, pod[which][resource] ?? 0)}`)
    .join(', ');
}

const total = ({ resource, pods }: Case, which: 'requests' | 'limits') =>
  pods.map((pod) => pod[which][resource] ?? 0).reduce((sum, value) => sum + value, 0);

function felt(resource: Resource, reading: Pressure | SourceFailure, limits: Limits, allocatable: number): string | undefined {
  if (isUnavailable(reading)) return undefined;
  const { stall, load, processors, memoryTotal, memoryAvailable } = reading;
  const limit = resource === 'cpu' ? limits.cpuStall : limits.memoryStall;
  if (stall.kind === 'measured') {
    const waiting = stall[resource].some.avg60 / 100;
    if (waiting >= limit) return `tasks waited for ${resource} ${percent(waiting)} of the last minute`;
  } else if (
    resource === 'cpu' &&
    load !== undefined &&
    processors !== undefined &&
    load.avg1 > processors * limits.loadPerProcessor
  ) {
    return `the load is ${load.avg1} on ${processors} CPUs`;
  }
  if (resource === 'cpu' || memoryTotal === undefined || memoryAvailable === undefined || allocatable === 0) return undefined;
  const used = (memoryTotal - memoryAvailable) / allocatable;
  return used > limits.workingSet ? `the working set is ${percent(used)} of allocatable memory` : undefined;
}

function judge(at: Case): Finding {
  const { resource, allocatable, nodeName } = at;
  const [requests, limits] = [total(at, 'requests'), total(at, 'limits')];
  const sums = `requests ${percent(requests / allocatable)}, limits ${percent(limits / allocatable)} of ${amount(resource, allocatable)}`;
  if (requests <= allocatable && limits <= allocatable) return pass(`${resource}: ${sums}`, { subject: resource });
  const which = requests > allocatable ? ('requests' as const) : ('limits' as const);
  const reason = which === 'requests' ? 'RequestsExceedAllocatable' : 'LimitsExceedAllocatable';
  return fault(problem, reason, `${resource}: ${sums}${at.felt === undefined ? '' : `; ${at.felt}`}`, {
    subject: resource,
    severity: at.felt === undefined ? 'notice' : 'warning',
    measure: {
      observed: which === 'requests' ? requests : limits,
      limit: allocatable,
      unit: resource === 'memory' ? 'bytes' : 'count',
    },
    evidence: [{ from: `largest ${which}`, excerpt: largest(at, which) }, ...at.evidence],
    advice: fillIn(problem.advice, { NODE: nodeName }),
  });
}

export const nodeCommitment = defineCheck({
  id: 'node-commitment',
  title: 'the pods were not promised more than the node has',
  interval: minutes(5),
  lookAgain: minutes(1),
  sources: { node: nodeObject, pods: nodePods, pressure: optional(pressure) },
  problems: [problem],
  settings: {
    cpuStall: setting.ratio(0.25, 'share of the last minute in which some task waited for a CPU (PSI)'),
    memoryStall: setting.ratio(0.1, 'share of the last minute in which some task waited for memory (PSI)'),
    workingSet: setting.ratio(0.9, 'of allocatable memory; the kubelet evicts soon after'),
    loadPerProcessor: setting.count(2, 'load per CPU that counts as waiting where the kernel has no PSI'),
  },
  evaluate({ node, pods, pressure: reading }, { settings }) {
    if (node.kind !== 'found') return [withoutAnswer(node)];
    if (pods.kind !== 'found') return [withoutAnswer(pods)];
    const evidence = isUnavailable(reading)
      ? []
      : [{ from: '/proc/pressure, /proc/loadavg, /proc/meminfo', excerpt: describePressure(reading) }];
    return RESOURCES.map((resource) => {
      const allocatable = node.value.allocatable[resource] ?? 0;
      if (allocatable <= 0) return unknown(`the Node names no allocatable ${resource}`, { subject: resource });
      const why = felt(resource, reading, settings, allocatable);
      return judge({
        resource,
        pods: pods.value.filter(counts),
        allocatable,
        nodeName: node.identity.nodeName,
        felt: why,
        evidence,
      });
    });
  },
});
