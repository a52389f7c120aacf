import { type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { plegUnhealthy } from '../../problems/pleg-unhealthy.ts';
import type { KubeletJournalRead } from '../../sources/kubelet-journal.ts';
import type { KubeletPleg } from '../../sources/kubelet-pleg.ts';
import { kubeletAdvice } from './advice.ts';

type RunningPleg = Extract<KubeletPleg, { kind: 'running' }>;

/** The sync loop repeats its complaint after at most 5 s (backOffPeriod); one that it has not repeated for this long is over. */
const REPEATED_WITHIN = seconds(15);
const OWN_THRESHOLD = minutes(3);

function whyNoAge({ metrics }: RunningPleg): string {
  if (metrics.kind === 'measured') return 'Evented PLEG, the age of its relists says nothing';
  if (metrics.kind === 'unavailable') return metrics.why;
  return `the exact age needs the right nodes/metrics (${metrics.why}): nodemend rbac prints it`;
}

/** What the present process complained of, as long as it keeps complaining. */
function judgeComplaint({ kubelet }: RunningPleg, journal: KubeletJournalRead, now: Instant): Finding | undefined {
  const { pleg: complaint, unit } = journal;
  if (complaint === undefined || now - complaint.at > REPEATED_WITHIN) return undefined;
  const running = now - kubelet.startedAt;
  // "pleg has yet to be successful" is what every kubelet says in its first seconds.
  if (complaint.age === undefined && running < OWN_THRESHOLD) {
    return unknown(`the kubelet started ${formatDuration(running)} ago and has not listed its containers yet`);
  }
  const age = (complaint.age ?? complaint.at - kubelet.startedAt) + (now - complaint.at);
  return fault(plegUnhealthy, 'PlegStalled', `the last relist was ${formatDuration(age)} ago, says the kubelet's journal`, {
    since: now - age,
    evidence: [{ from: `journal of ${unit}`, excerpt: complaint.line }],
    advice: kubeletAdvice(plegUnhealthy.advice, kubelet),
    measure: { observed: age, limit: OWN_THRESHOLD, unit: 'ms' },
  });
}

/**
 * Silence counts only if this process can be heard at all, answers, and has had time to complain; even then it says no
 * more than "not unhealthy by the kubelet's own 3 minutes", and the message says so.
 */
function judgeSilence(pleg: RunningPleg, journal: KubeletJournalRead, now: Instant): Finding {
  const why = whyNoAge(pleg);
  if (!pleg.answers) return unknown(`the kubelet gives no answer, so its silence says nothing; ${why}`);
  if (journal.heard === 0) return unknown(`the journal of ${journal.unit} has no line of the kubelet's process; ${why}`);
  const running = now - pleg.kubelet.startedAt;
  if (running < OWN_THRESHOLD)
    return unknown(`the kubelet started ${formatDuration(running)} ago and complains after 3m at the earliest; ${why}`);
  const silent = now - Math.max(pleg.kubelet.startedAt, journal.from ?? now, journal.pleg?.at ?? 0);
  if (silent < REPEATED_WITHIN)
    return unknown(`the journal of ${journal.unit} is too busy to look back further than ${formatDuration(silent)}; ${why}`);
  return pass(`the kubelet's journal has no PLEG complaint for ${formatDuration(silent)} (it complains after 3m); ${why}`);
}

/** Without the metric: the kubelet's own words. */
export function judgeWitnesses(pleg: RunningPleg, now: Instant): Finding {
  const { journal } = pleg;
  if (journal?.kind !== 'read') {
    return unknown(`${whyNoAge(pleg)}; ${journal?.why ?? 'the journal was not read'}`);
  }
  return judgeComplaint(pleg, journal, now) ?? judgeSilence(pleg, journal, now);
}
