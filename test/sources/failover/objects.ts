import type { ApiAnswer } from '../../../lib/host/host.ts';
import { nodeIdentity } from '../../fakes/identity.ts';

export const found = (body: unknown): ApiAnswer => ({ kind: 'response', status: 200, body, took: 3 });

export const status = (code: number, message = ''): ApiAnswer => ({
  kind: 'response',
  status: code,
  body: { kind: 'Status', message },
  took: 3,
});

export const identity = nodeIdentity('node1');

/** A pod as the API server gives it. */
export const apiPod = (metadata: object, spec: object = {}, more: object = {}): object => ({
  metadata: { namespace: 'shop', name: 'web-1', ...metadata },
  spec,
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  ...more,
});

export const ownedBy = (kind: string, name: string): object => ({
  ownerReferences: [{ kind, name, uid: 'u', controller: true }],
});

const PEM = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
export const ourAuthority = PEM('b3Vycw==');
export const anotherAuthority = PEM('YW5vdGhlcg==');

export const kubeconfigWith = (pem: string): string =>
  `clusters: [{ name: c, cluster: { server: 'https://x', certificate-authority-data: ${Buffer.from(pem).toString('base64')} } }]\n`;
