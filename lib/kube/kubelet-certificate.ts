import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { HostView } from '../host/host.ts';
import type { KubeletPlaces } from '../model/kubelet-places.ts';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

/** DER of the first certificate of a PEM file: the leaf; what follows it are its issuers, and those are not trusted. */
function leafOf(pem: string): Buffer | undefined {
  try {
    return new X509Certificate(PEM.exec(pem)?.[0] ?? '').raw;
  } catch {
    return undefined;
  }
}

/** The certificates that the kubelet itself may be serving with, from its own files. */
export async function readKubeletLeaves(host: Pick<HostView, 'readFile'>, places: KubeletPlaces): Promise<readonly Buffer[]> {
  const directory = places.certDirectory ?? '/var/lib/kubelet/pki';
  const files = [places.tlsCertFile, `${directory}/kubelet-server-current.pem`, `${directory}/kubelet.crt`];
  const answers = await Promise.all(files.filter((file) => file !== undefined).map((file) => host.readFile(file)));
  return answers.map((answer) => (answer.kind === 'text' ? leafOf(answer.text) : undefined)).filter((leaf) => leaf !== undefined);
}

/**
 * Expiry is not asked of the kubelet's own file: a self-signed one ends after a year and the kubelet serves on with it;
 * that whoever answers holds its key is what counts.
 */
export function holdsLeaf(socket: TLSSocket, leaves: readonly Buffer[]): boolean {
  const raw = socket.getPeerX509Certificate()?.raw;
  return raw !== undefined && leaves.some((leaf) => leaf.equals(raw));
}
