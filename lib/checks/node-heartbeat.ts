import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type FaultDetails, type Finding, fault, pass } from '../model/finding.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, known, optional, type SourceFailure } from '../model/source.ts';
import { type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { heartbeatAtRisk as problem } from '../problems/heartbeat-at-risk.ts';
import type { ApiFact } from '../sources/cluster/api-fact.ts';
import { type NodeLease, nodeLease } from '../sources/cluster/node-lease.ts';
import { conditionOf, type NodeObject, nodeObject } from '../sources/cluster/node-object.ts';
import { kubeletApiErrors } from '../sources/kubelet/kubelet-api-errors.ts';
import { type KubeletSettings, kubeletSettings } from '../sources/kubelet/kubelet-settings.ts';
import { judgeDenial } from './cluster/denial.ts';
import { ageOf, type Clocks, heartbeatEvidence } from './cluster/heartbeat.ts';
import { withoutAnswer } from './cluster/judgeable.ts';

type Found<Value> = Extract<ApiFact<Value>, { readonly kind: 'found' }>;

interface Case {
  readonly name: string;
  readonly clocks: Clocks;
  readonly details: FaultDetails;
  readonly grace: Duration;
  readonly lateAfter: number;
  readonly reportEvery: Duration;
}

type Reason = keyof typeof problem.reasons;

function found(reason: Reason, message: string, { name, details }: Case, more: FaultDetails = {}): Finding {
  const advice = fillIn(problem.reasons[reason].advice ?? problem.advice, { NODE: name });
  return fault(problem, reason, message, { ...details, advice, ...more });
}

function judgeLease(lease: NodeLease, at: Case): Finding | undefined {
  const { clocks, grace, lateAfter } = at;
  if (lease.renewedAt === undefined) return found('LeaseMissing', 'the Lease of the node was never renewed', at);
  const age = ageOf(lease.renewedAt, clocks);
  // A Lease of another duration is renewed every quarter of it.
  const late = Math.max(grace * lateAfter, (lease.duration / 4) * 2.5);
  const details: FaultDetails = { since: lease.renewedAt, measure: { observed: age, limit: grace, unit: 'ms' } };
  const message = `the kubelet renewed the node’s Lease ${formatDuration(age)} ago, the grace period is ${formatDuration(grace)}`;
  if (age >= grace) return found('HeartbeatLost', message, at, details);
  if (age < late) return undefined;
  return found('HeartbeatLate', message, at, { ...details, state: age < grace * 0.75 ? 'suspected' : 'active' });
}

function judgeStatus(node: Found<NodeObject>, hasLease: boolean, at: Case): Finding | undefined {
  const ready = conditionOf(node.value, 'Ready');
  if (ready?.status === 'Unknown') {
    const since = ready.transitionAt === undefined ? {} : { since: ready.transitionAt };
    const evidence = [
      { from: 'Node condition Ready', excerpt: `${ready.reason}: ${ready.message}` },
      ...(at.details.evidence ?? []),
    ];
    // A Lease in time: the kubelet is back, and its next status ends it.
    const state = hasLease ? ('suspected' as const) : ('active' as const);
    return found('HeartbeatLost', 'the control plane has given the node up: Ready is Unknown', at, { ...since, evidence, state });
  }
  if (ready?.heartbeatAt === undefined) return undefined;
  const age = ageOf(ready.heartbeatAt, at.clocks);
  // Kubelets before v1.14 have no Lease and report every 10 s instead.
  if (!hasLease && age < at.grace) return undefined;
  if (!hasLease) return found('LeaseMissing', `the node has no Lease, and its status is ${formatDuration(age)} old`, at);
  const limit = at.reportEvery + minutes(2);
  if (age < limit) return undefined;
  const message = `the node’s status is ${formatDuration(age)} old, the kubelet reports it every ${formatDuration(at.reportEvery)}`;
  return found('StatusStale', message, at, { since: ready.heartbeatAt, measure: { observed: age, limit, unit: 'ms' } });
}

function judge(lease: ApiFact<NodeLease>, node: ApiFact<NodeObject>, at: Case): Finding {
  const late = lease.kind === 'found' ? judgeLease(lease.value, at) : undefined;
  const stale = node.kind === 'found' && late === undefined ? judgeStatus(node, lease.kind === 'found', at) : undefined;
  const worst = late ?? stale;
  if (worst !== undefined) return worst;
  const renewedAt = lease.kind === 'found' ? lease.value.renewedAt : undefined;
  const ready = node.kind === 'found' ? conditionOf(node.value, 'Ready')?.heartbeatAt : undefined;
  const parts = [
    renewedAt === undefined ? 'no Lease' : `Lease renewed ${formatDuration(ageOf(renewedAt, at.clocks))} ago`,
    ...(ready === undefined ? [] : [`status ${formatDuration(ageOf(ready, at.clocks))} old`]),
  ];
  return pass(`${parts.join(', ')}; the grace period is ${formatDuration(at.grace)}`, { evidence: at.details.evidence ?? [] });
}

/** The kubelet says nothing of the API server: its last status, as old as it was when the Node was last read, is what is left to judge. */
function judgeQuiet(node: Found<NodeObject>, limits: Pick<Case, 'grace' | 'lateAfter' | 'reportEvery'>): Finding {
  const clocks = { ours: node.at + node.skew, server: node.at };
  const at: Case = {
    ...limits,
    name: node.identity.nodeName,
    clocks,
    details: { evidence: heartbeatEvidence(undefined, node.skew) },
  };
  const stale = judgeStatus(node, true, at);
  if (stale !== undefined) return stale;
  const ready = conditionOf(node.value, 'Ready')?.heartbeatAt;
  const age = ready === undefined ? '' : `, its status was ${formatDuration(ageOf(ready, clocks))} old`;
  return pass(`the kubelet tells of no trouble with the API server${age}`, { evidence: at.details.evidence ?? [] });
}

const reportFrequency = (settings: KubeletSettings | SourceFailure): Duration =>
  isUnavailable(settings) ? minutes(5) : settings.nodeStatusReportFrequency;

function clocksOf(lease: ApiFact<unknown>, node: ApiFact<unknown>, now: Instant): Clocks & { readonly skew: Duration } {
  const answer = lease.kind === 'found' ? lease : node;
  if (answer.kind !== 'found') return { ours: now, server: now, skew: 0 };
  // By the server's clock, now: its answer may be some seconds old.
  return { ours: now, server: now - answer.skew, skew: answer.skew };
}

export const nodeHeartbeat = defineCheck({
  id: 'node-heartbeat',
  title: 'the kubelet’s heartbeat reaches the control plane in time',
  interval: minutes(1),
  lookAgain: seconds(10),
  sources: { lease: nodeLease, node: nodeObject, kubelet: optional(kubeletSettings), errors: optional(kubeletApiErrors) },
  problems: [problem],
  settings: {
    gracePeriod: setting.duration(
      seconds(40),
      'the controller-manager’s --node-monitor-grace-period; its default is 40 s, and 50 s from v1.32',
    ),
    lateAfter: setting.ratio(0.65, 'of the grace period: by then two renewals of 10 s have failed'),
  },
  evaluate({ lease, node, kubelet, errors }, { now, settings }) {
    if (lease.kind === 'not-needed') {
      if (node.kind !== 'found') return [judgeDenial(node, node, []) ?? withoutAnswer(node)];
      return [
        judgeQuiet(node, { grace: settings.gracePeriod, lateAfter: settings.lateAfter, reportEvery: reportFrequency(kubelet) }),
      ];
    }
    if (lease.kind !== 'absent' && lease.kind !== 'found') {
      return [judgeDenial(lease, node, heartbeatEvidence(known(errors), 0)) ?? withoutAnswer(lease)];
    }
    const { identity } = lease;
    const { skew, ...clocks } = clocksOf(lease, node, now);
    const at: Case = {
      name: identity.nodeName,
      clocks,
      details: { evidence: heartbeatEvidence(known(errors), skew) },
      grace: settings.gracePeriod,
      lateAfter: settings.lateAfter,
      reportEvery: reportFrequency(kubelet),
    };
    if (node.kind === 'absent' && identity.nodeNameFrom === 'credential') {
      return [found('NodeMissing', `the cluster has no Node ${identity.nodeName}`, at)];
    }
    if (lease.kind === 'absent' && node.kind !== 'found') return [withoutAnswer(node)];
    return [judge(lease, node, at)];
  },
});
