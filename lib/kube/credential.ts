import { X509Certificate } from 'node:crypto';
import type { HostView } from '../host/host.ts';
import type { Instant } from '../model/units.ts';
import { type ExecCredential, runExecPlugin } from './exec-plugin.ts';
import { type Kubeconfig, type Material, textOf } from './kubeconfig.ts';
import { invalid } from './yaml-cursor.ts';

/** What is sent to prove who we are. It never leaves lib/kube, and is never part of a message. */
export interface Credential {
  readonly kind: 'certificate' | 'token' | 'exec' | 'none';
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
  readonly user?: string;
  readonly expiresAt?: Instant;
}

/** User and end of a client certificate: the API server takes the user from its common name. */
export function describeCertificate(file: string, pem: string): Pick<Credential, 'user' | 'expiresAt'> {
  try {
    const certificate = new X509Certificate(pem);
    const user = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
    return { ...(user === undefined ? {} : { user }), expiresAt: Date.parse(certificate.validTo) };
  } catch (cause) {
    throw invalid(file, 'the client certificate is not a PEM certificate', { cause });
  }
}

/** Subject and end of a service account's JWT, not verified: only the API server can. */
function describeToken(token: string): Pick<Credential, 'user' | 'expiresAt'> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return {};
    const user = 'sub' in claims && typeof claims.sub === 'string' ? { user: claims.sub } : {};
    return 'exp' in claims && typeof claims.exp === 'number' ? { ...user, expiresAt: claims.exp * 1000 } : user;
  } catch {
    return {};
  }
}

type Files = Pick<HostView, 'readFile' | 'run'>;

export async function pemOf(host: Pick<HostView, 'readFile'>, material: Material): Promise<string> {
  return material.kind === 'data' ? material.pem : textOf(material.path, await host.readFile(material.path));
}

function fromToken(kind: 'token' | 'exec', token: string): Credential {
  // A header with a line break would be two headers.
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('the token', 'contains blanks or control characters');
  return { kind, token, ...describeToken(token) };
}

async function fromCertificate(host: Files, certificate: Material, keyAt: Material, file: string): Promise<Credential> {
  const [pem, key] = await Promise.all([pemOf(host, certificate), pemOf(host, keyAt)]);
  return { kind: 'certificate', certificate: pem, key, ...describeCertificate(placeOf(certificate, file), pem) };
}

const placeOf = (material: Material, file: string): string => (material.kind === 'file' ? material.path : file);

function fromPlugin(answer: ExecCredential, file: string): Credential {
  const { token, certificate, key, expiresAt } = answer;
  const described = certificate === undefined ? {} : describeCertificate(file, certificate);
  return {
    ...described,
    ...(token === undefined ? {} : fromToken('exec', token)),
    kind: 'exec',
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** The credential as it is now: files are read, a plugin is run. */
export async function loadCredential(host: Files, kubeconfig: Kubeconfig): Promise<Credential> {
  const { user, file, server, ca } = kubeconfig;
  if (user.exec !== undefined) {
    const authority =
      ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(await pemOf(host, ca)).toString('base64') };
    const answer = await runExecPlugin(host, file, user.exec, { server, ...authority });
    return fromPlugin(answer, file);
  }
  if (user.tokenFile !== undefined) {
    return fromToken('token', textOf(user.tokenFile, await host.readFile(user.tokenFile)).trim());
  }
  if (user.certificate !== undefined && user.key !== undefined) {
    const credential = await fromCertificate(host, user.certificate, user.key, file);
    return user.token === undefined ? credential : { ...credential, token: user.token };
  }
  return user.token === undefined ? { kind: 'none' } : fromToken('token', user.token);
}

/** Files whose change means another credential. */
export function watchedFiles({ file, user, ca }: Kubeconfig): readonly string[] {
  const materials = [user.certificate, user.key, ca].filter((one) => one?.kind === 'file').map((one) => one.path);
  return [...new Set([file, ...materials, ...(user.tokenFile === undefined ? [] : [user.tokenFile])])];
}
