import { type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Duration, type Instant, minutes, seconds } from '../../model/units.ts';
import { plegUnhealthy } from '../../problems/pleg-unhealthy.ts';
import type { KubeletJournalRead } from '../../sources/kubelet/kubelet-journal.ts';
import type { KubeletPleg } from '../../sources/kubelet/kubelet-pleg.ts';
import { parsePlegComplaint } from '../../sources/kubelet/pleg-complaint.ts';
import { kubeletAdvice } from './advice.ts';

type RunningPleg = Extract<KubeletPleg, { kind: 'running' }>;

/** The sync loop repeats its complaint after at most 5 s (backOffPeriod); one that it has not repeated for this long is over. */
const REPEATED_WITHIN = seconds(15);
const REPORTED_WITHIN = minutes(1);
const REPORT_AT_LEAST = minutes(6);
const OWN_THRESHOLD = minutes(3);

function whyNoAge({ metrics }: RunningPleg): string {
  if (metrics.kind === 'measured') return 'Evented PLEG, the age of its relists says nothing';
  if (metrics.kind === 'unavailable') return metrics.why;
  return `the exact age needs the right nodes/metrics (${metrics.why}): nodemend rbac prints it`;
}

/** What the present process complains of, and where. */
interface Complaint {
  readonly at: Instant;
  readonly age?: Duration;
  readonly line: string;
  readonly from: string;
}

function findComplaint({ journal, ready }: RunningPleg, now: Instant): Complaint | undefined {
  if (journal?.kind === 'read' && journal.pleg !== undefined && now - journal.pleg.at <= REPEATED_WITHIN) {
    return { ...journal.pleg, from: `journal of ${journal.unit}` };
  }
  const words = ready === undefined || ready.status === 'True' ? undefined : parsePlegComplaint(ready.message);
  // A node that is not Ready is reported every 10 s, because the age in its message changes.
  if (ready === undefined || words === undefined || now - ready.heartbeatAt > REPORTED_WITHIN) return undefined;
  return { ...words, at: ready.heartbeatAt, line: ready.message, from: "the node's Ready condition" };
}

function judgeComplaint({ kubelet }: RunningPleg, complaint: Complaint, now: Instant): Finding {
  const running = now - kubelet.startedAt;
  // "pleg has yet to be successful" is what every kubelet says in its first seconds.
  if (complaint.age === undefined && running < OWN_THRESHOLD) {
    return unknown(`the kubelet started ${formatDuration(running)} ago and has not listed its containers yet`);
  }
  const age = (complaint.age ?? complaint.at - kubelet.startedAt) + (now - complaint.at);
  return fault(
    plegUnhealthy,
    'PlegStalled',
    `the last relist was ${formatDuration(age)} ago, by the ${complaint.from.replace(/^the /, '')}`,
    {
      since: now - age,
      evidence: [{ from: complaint.from, excerpt: complaint.line }],
      advice: kubeletAdvice(plegUnhealthy.advice, kubelet),
      measure: { observed: age, limit: OWN_THRESHOLD, unit: 'ms' },
    },
  );
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

/** The kubelet makes its PLEG a part of what it reports as Ready, and reports it at least every 5 minutes. */
function judgeReady(pleg: RunningPleg, now: Instant): Finding | undefined {
  const { ready } = pleg;
  if (!pleg.answers || ready?.status !== 'True' || now - ready.heartbeatAt > REPORT_AT_LEAST) return undefined;
  const ago = formatDuration(Math.max(0, now - ready.heartbeatAt));
  return pass(`this kubelet reported its node as Ready ${ago} ago, which a PLEG older than 3m is not; ${whyNoAge(pleg)}`);
}

function judgeJournal(pleg: RunningPleg, now: Instant): Finding {
  const { journal } = pleg;
  if (journal?.kind === 'read') return judgeSilence(pleg, journal, now);
  return unknown(`${whyNoAge(pleg)}; ${journal?.why ?? 'the journal was not read'}`);
}

/** Without the metric: the kubelet's own words, in its journal or in what it reports of its node. */
export function judgeWitnesses(pleg: RunningPleg, now: Instant): Finding {
  const complaint = findComplaint(pleg, now);
  if (complaint !== undefined) return judgeComplaint(pleg, complaint, now);
  const silence = judgeJournal(pleg, now);
  return silence.verdict === 'pass' ? silence : (judgeReady(pleg, now) ?? silence);
}
