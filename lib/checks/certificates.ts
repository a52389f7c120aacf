import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Fault, fault, pass, skip, unknown } from '../model/finding.ts';
import type { Severity } from '../model/problem.ts';
import { formatDuration } from '../model/quantity.ts';
import { type SettingValues, setting } from '../model/setting.ts';
import { minutes } from '../model/units.ts';
import { kubeletCertificateExpiring as problem } from '../problems/kubelet-certificate-expiring.ts';
import type { Certificate } from '../sources/kubelet/certificate.ts';
import {
  type CertificateFile,
  type Certificates,
  type CertificateUse,
  certificates as certificateFiles,
} from '../sources/kubelet/certificates.ts';

const DAY = 86_400_000;

const REASON = {
  client: 'KubeletClientCertificateExpiring',
  serving: 'KubeletServingCertificateExpiring',
  'serving-default': 'KubeletServingCertificateExpiring',
  'control-plane': 'ControlPlaneCertificateExpiring',
  authority: 'CertificateAuthorityExpiring',
} as const satisfies Record<CertificateUse, keyof typeof problem.reasons>;

const settings = {
  warnBefore: setting.duration(30 * DAY, 'a month is time to do it in working hours'),
  criticalBefore: setting.duration(7 * DAY, 'a week with a weekend in it'),
  authorityWarnBefore: setting.duration(90 * DAY, 'replacing an authority takes weeks'),
  rotatedShare: setting.ratio(0.08, 'the kubelet renews with 10 to 30 % of the lifetime left; below that renewing has failed'),
};
type Values = SettingValues<typeof settings>;

/** Of an authority's bundle the one that lasts longest: the old one stays in it until the last signature is renewed. */
function decisive({ use, certificates }: CertificateFile): Certificate | undefined {
  if (use !== 'authority') return certificates[0];
  return certificates.toSorted((a, b) => b.notAfter - a.notAfter)[0];
}

/** How little may be left before it is a warning, and before it is critical. */
function bounds({ use, rotates }: CertificateFile, lifetime: number, values: Values): readonly [number, number] {
  if (rotates) return [lifetime * values.rotatedShare, (lifetime * values.rotatedShare) / 4];
  const warn = use === 'authority' ? values.authorityWarnBefore : values.warnBefore;
  return [Math.min(warn, lifetime / 3), Math.min(values.criticalBefore, lifetime / 10)];
}

const isLive = ({ certificates: [leaf] }: CertificateFile, now: number): boolean => leaf !== undefined && leaf.notAfter > now;

/** The most it can matter: nobody verifies the kubelet's own serving certificate, and admin.conf serves people only. */
function ceiling(file: CertificateFile, all: readonly CertificateFile[], now: number): Severity {
  if (file.use === 'serving-default') return 'notice';
  if (/\/(super-)?admin\.conf /.test(file.place)) return 'warning';
  // The kubelet works with the rotated one, and looks at this one only at its next start.
  const isReplaced =
    file.use === 'client' && !file.rotates && all.some((other) => other.rotates && other.use === 'client' && isLive(other, now));
  return isReplaced ? 'warning' : 'critical';
}

const RANK = ['notice', 'warning', 'critical'] as const;
const atMost = (severity: Severity, most: Severity): Severity =>
  RANK[Math.min(RANK.indexOf(severity), RANK.indexOf(most))] ?? most;

interface Judging {
  readonly all: readonly CertificateFile[];
  readonly now: number;
  readonly values: Values;
}

function detailsOf({ place }: CertificateFile, { subject, issuer, notBefore, notAfter }: Certificate) {
  const valid = `valid ${new Date(notBefore).toISOString()} to ${new Date(notAfter).toISOString()}`;
  return { subject: place, evidence: [{ from: place, excerpt: `subject ${subject}\nissuer ${issuer}\n${valid}` }] };
}

const adviceOf = (reason: keyof typeof problem.reasons, { place }: CertificateFile) =>
  fillIn(problem.reasons[reason].advice ?? problem.advice, { FILE: place.split(' ')[0] ?? '' });

function notYetValid(file: CertificateFile, certificate: Certificate, { all, now }: Judging): Fault {
  const { subject, notBefore } = certificate;
  const message = `${file.place} (${subject}) begins in ${formatDuration(notBefore - now)}; look at the clock`;
  const advice = adviceOf('CertificateNotYetValid', file);
  const severity = ceiling(file, all, now);
  return fault(problem, 'CertificateNotYetValid', message, { ...detailsOf(file, certificate), advice, severity });
}

function ending(file: CertificateFile, certificate: Certificate, { all, now, values }: Judging): Fault[] {
  const { subject, notBefore, notAfter } = certificate;
  const left = notAfter - now;
  const [warnBelow, criticalBelow] = bounds(file, notAfter - notBefore, values);
  if (left >= warnBelow) return [];
  const reason = REASON[file.use];
  const what = left <= 0 ? `ended ${formatDuration(-left)} ago` : `ends in ${formatDuration(left)}`;
  const rotation = file.rotates ? '; the kubelet should have renewed it by now' : '';
  return [
    fault(problem, reason, `${file.place} (${subject}) ${what}${rotation}`, {
      ...detailsOf(file, certificate),
      advice: adviceOf(reason, file),
      severity: atMost(left < criticalBelow ? 'critical' : 'warning', ceiling(file, all, now)),
      ...(left <= 0 ? { since: notAfter } : {}),
    }),
  ];
}

function judge(file: CertificateFile, judging: Judging): Fault[] {
  const certificate = decisive(file);
  if (certificate === undefined) return [];
  if (certificate.notBefore > judging.now) return [notYetValid(file, certificate, judging)];
  return ending(file, certificate, judging);
}

function summary({ files }: Certificates, now: number) {
  const leaves = files.flatMap((file) => {
    const certificate = decisive(file);
    return certificate === undefined ? [] : [{ place: file.place, left: certificate.notAfter - now, rotates: file.rotates }];
  });
  const [next] = leaves.toSorted((a, b) => a.left - b.left);
  if (next === undefined) return skip('no certificates of a kubelet or of kubeadm on this host');
  const how = next.rotates ? ', and the kubelet renews it' : '';
  const count = leaves.length === 1 ? 'one certificate' : `${leaves.length} certificates`;
  return pass(`${count}; the first to end is ${next.place} in ${formatDuration(next.left)}${how}`);
}

export const certificates = defineCheck({
  id: 'certificates',
  title: 'certificates last',
  interval: minutes(60),
  sources: { certificates: certificateFiles },
  problems: [problem],
  settings,
  evaluate({ certificates: fact }, { now, settings: values }) {
    const faults = fact.files.flatMap((file) => judge(file, { all: fact.files, now, values }));
    const unread = fact.problems.map(({ place, why }) => unknown(`${place}: ${why}`, { subject: place }));
    return faults.length + unread.length > 0 ? [...faults, ...unread] : [summary(fact, now)];
  },
});
