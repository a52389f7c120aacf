import { type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Duration, type Instant, minutes, seconds } from '../../model/units.ts';
import { plegUnhealthy } from '../../problems/pleg-unhealthy.ts';
import type { RunningKubelet } from '../../sources/kubelet/kubelet-process.ts';
import type { PlegMetrics } from '../../sources/kubelet/pleg-metrics.ts';
import { kubeletAdvice } from './advice.ts';

export interface PlegReading {
  readonly pleg: PlegMetrics;
  readonly url: string;
  readonly kubelet: RunningKubelet;
}

export interface PlegLimits {
  readonly suspectedAfter: Duration;
  readonly activeAfter: Duration;
  readonly relistFactor: number;
  readonly slowRelist: Duration;
}

/** What the kubelet itself calls unhealthy (relistThreshold), whatever its relists usually take. */
const OWN_THRESHOLD = minutes(3);
/** last_seen is cut to whole seconds and written when the sync loop asks for it. */
const GRAIN = seconds(5);

const describeRelist = ({ relistP99 }: PlegMetrics): string =>
  relistP99 === undefined ? '' : `, 99 % of its relists within ${formatDuration(relistP99)}`;

function judgeFirst({ kubelet, url }: PlegReading, now: Instant): Finding {
  const { startedAt } = kubelet;
  const age = now - startedAt;
  const started = `the kubelet started ${formatDuration(age)} ago and has not listed its containers yet`;
  if (age < seconds(60)) return unknown(`${started} (${url})`);
  return fault(plegUnhealthy, 'PlegStalled', `${started} (${url})`, {
    state: age < OWN_THRESHOLD ? 'suspected' : 'active',
    since: startedAt,
    evidence: [{ from: url, excerpt: 'kubelet_pleg_last_seen_seconds 0' }],
    advice: kubeletAdvice(plegUnhealthy.advice, kubelet),
    measure: { observed: age, limit: OWN_THRESHOLD, unit: 'ms' },
  });
}

function judgeStalled({ pleg, url, kubelet }: PlegReading, age: Duration, limits: PlegLimits): Finding | undefined {
  const own = limits.relistFactor * (pleg.relistP99 ?? 0);
  const limit = (after: Duration) => Math.min(OWN_THRESHOLD, Math.max(after, own));
  const suspected = limit(limits.suspectedAfter);
  const active = limit(limits.activeAfter);
  if (age < suspected) return undefined;
  return fault(
    plegUnhealthy,
    'PlegStalled',
    `the last relist was ${formatDuration(age)} ago, against a limit of ${formatDuration(active)}${describeRelist(pleg)}`,
    {
      state: age < active ? 'suspected' : 'active',
      ...(pleg.lastSeen === undefined ? {} : { since: pleg.lastSeen }),
      evidence: [{ from: url, excerpt: `kubelet_pleg_last_seen_seconds ${(pleg.lastSeen ?? 0) / 1000}` }],
      advice: kubeletAdvice(plegUnhealthy.advice, kubelet),
      measure: { observed: age, limit: active, unit: 'ms' },
    },
  );
}

/** Judges the age of the last relist against what this kubelet's relists usually take. */
export function judgeAge(reading: PlegReading, now: Instant, limits: PlegLimits): Finding {
  const { pleg, url, kubelet } = reading;
  if (pleg.lastSeen === undefined) return judgeFirst(reading, now);
  if (pleg.lastSeen > now + GRAIN) {
    return unknown(`the last relist is ${formatDuration(pleg.lastSeen - now)} in the future: the clock was set back (${url})`);
  }
  if (pleg.lastSeen < kubelet.startedAt - GRAIN) {
    return unknown(`the last relist is older than the kubelet's process: the clock was set forward (${url})`);
  }
  const age = Math.max(0, now - pleg.lastSeen);
  const stalled = judgeStalled(reading, age, limits);
  if (stalled !== undefined) return stalled;
  const message = `the last relist was ${formatDuration(age)} ago${describeRelist(pleg)} (${url})`;
  // The percentile covers the whole life of the process: only with a late relist now does it speak of the present.
  if ((pleg.relistP99 ?? 0) < limits.slowRelist || age <= GRAIN) return pass(message);
  return fault(plegUnhealthy, 'PlegSlow', message, {
    evidence: [{ from: url, excerpt: `${pleg.relists} relists, 99 % within ${formatDuration(pleg.relistP99 ?? 0)}` }],
  });
}
