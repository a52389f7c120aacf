import { X509Certificate } from 'node:crypto';
import type { Instant } from '../../model/units.ts';

/** What a certificate says in public; keys never come this far. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly isAuthority: boolean;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;
const MOST = 64;

/** The CERTIFICATE blocks of a PEM file, and nothing else of it: kubelet-client-current.pem holds its private key too. */
export function certificateBlocks(pem: string): string[] {
  return (pem.match(BLOCK) ?? []).slice(0, MOST);
}

const commonName = (name: string): string => /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');

/** Undefined for a block that is no certificate. */
export function parseCertificate(block: string): Certificate | undefined {
  try {
    const certificate = new X509Certificate(block);
    return {
      subject: commonName(certificate.subject),
      issuer: commonName(certificate.issuer),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
      isAuthority: certificate.ca,
    };
  } catch {
    return undefined;
  }
}
