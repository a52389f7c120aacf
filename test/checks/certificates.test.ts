import { describe, expect, it } from 'vitest';
import { certificates as check } from '../../lib/checks/certificates.ts';
import type { Facts } from '../../lib/model/check.ts';
import type { Certificate } from '../../lib/sources/kubelet/certificate.ts';
import type { CertificateFile, CertificateUse } from '../../lib/sources/kubelet/certificates.ts';
import { faultsOf } from '../fakes/judge.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');
const SETTINGS = { warnBefore: 30 * DAY, criticalBefore: 7 * DAY, authorityWarnBefore: 90 * DAY, rotatedShare: 0.08 };

/** A certificate of this lifetime with so much of it left, in days. */
const certificate = (left: number, lifetime = 365): Certificate => ({
  subject: 'system:node:web-1',
  issuer: 'kubernetes',
  notBefore: NOW + (left - lifetime) * DAY,
  notAfter: NOW + left * DAY,
  isAuthority: false,
});

const file = (
  use: CertificateUse,
  left: number,
  more: Partial<CertificateFile> & { lifetime?: number } = {},
): CertificateFile => ({
  place: `/pki/${use}`,
  use,
  rotates: false,
  certificates: [certificate(left, more.lifetime)],
  ...more,
});

function judge(files: readonly CertificateFile[], problems: Facts<typeof check.sources>['certificates']['problems'] = []) {
  return check.evaluate({ certificates: { files, problems } }, { now: NOW, settings: SETTINGS });
}
const severityOf = (...files: readonly CertificateFile[]) => faultsOf(judge(files))[0]?.severity;

describe('certificates', () => {
  it('passes with the first to end', () => {
    expect(judge([file('client', 200), file('authority', 3000, { lifetime: 3650 })])).toEqual([
      { verdict: 'pass', message: '2 certificates; the first to end is /pki/client in 200d' },
    ]);
  });

  it('skips a host without any', () => {
    expect(judge([])[0]?.verdict).toBe('skip');
  });

  it.each<[string, CertificateUse, number, number, string | undefined]>([
    ['a year, a month and a day left', 'client', 31, 365, undefined],
    ['a year, 29 days left', 'client', 29, 365, 'warning'],
    ['a year, 6 days left', 'client', 6, 365, 'critical'],
    ['ended', 'control-plane', -3, 365, 'critical'],
    ['a short life that nobody rotates, half of it left', 'client', 5, 10, undefined],
    ['a short life, a quarter of it left', 'client', 2.5, 10, 'warning'],
    ['an authority with 80 days', 'authority', 80, 3650, 'warning'],
    ['an authority with 6 days', 'authority', 6, 3650, 'critical'],
    ['the kubelet’s own serving certificate', 'serving-default', -100, 365, 'notice'],
  ])('judges %s', (_, use, left, lifetime, severity) => {
    expect(severityOf(file(use, left, { lifetime }))).toBe(severity);
  });

  it.each<[string, number, number, string | undefined]>([
    ['a day of life, 5 hours left', 5 / 24, 1, undefined],
    ['a day of life, 1.5 hours left', 1.5 / 24, 1, 'warning'],
    ['a day of life, 20 minutes left', 20 / 1440, 1, 'critical'],
    ['a year of life, 40 days left', 40, 365, undefined],
    ['a year of life, 25 days left', 25, 365, 'warning'],
    ['a year of life, 5 days left', 5, 365, 'critical'],
    ['ended', -1, 365, 'critical'],
  ])('judges one that the kubelet rotates by its lifetime: %s', (_, left, lifetime, severity) => {
    expect(severityOf(file('client', left, { lifetime, rotates: true }))).toBe(severity);
  });

  it('names place, subject and time, and when it ended', () => {
    const [fault] = faultsOf(judge([file('client', -3)]));

    expect(fault).toMatchObject({
      type: 'KubeletCertificateExpiring',
      reason: 'KubeletClientCertificateExpiring',
      subject: '/pki/client',
      message: '/pki/client (system:node:web-1) ended 3d ago',
      since: NOW - 3 * DAY,
    });
  });

  it('warns at most of an embedded certificate that a rotated one has replaced', () => {
    expect(severityOf(file('client', -3), file('client', 200, { rotates: true, place: '/pki/current' }))).toBe('warning');
    expect(severityOf(file('client', -3), file('client', -1, { rotates: true, place: '/pki/current' }))).toBe('critical');
  });

  it('warns at most of admin.conf', () => {
    expect(severityOf(file('control-plane', -3, { place: '/etc/kubernetes/admin.conf client-certificate-data' }))).toBe(
      'warning',
    );
  });

  it('judges a bundle of authorities by the one that lasts', () => {
    const certificates = [certificate(-10), certificate(3000, 3650)];

    expect(judge([file('authority', 0, { certificates })])[0]?.verdict).toBe('pass');
  });

  it('judges a chain by its leaf', () => {
    expect(severityOf(file('client', 0, { certificates: [certificate(3), certificate(3000, 3650)] }))).toBe('critical');
  });

  it('suspects the clock when one has not begun', () => {
    const [fault] = faultsOf(judge([file('client', 0, { certificates: [certificate(370)] })]));

    expect(fault).toMatchObject({ reason: 'CertificateNotYetValid', severity: 'critical' });
    expect(fault?.message).toBe('/pki/client (system:node:web-1) begins in 5d; look at the clock');
  });

  it('could not tell of what it may not read, and judges the others', () => {
    const findings = judge([file('client', 3)], [{ place: '/pki/x', why: 'permission denied' }]);

    expect(findings.map(({ verdict }) => verdict)).toEqual(['fail', 'unknown']);
  });
});
