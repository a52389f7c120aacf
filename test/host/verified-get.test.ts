import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localHost } from '../../lib/host/local.ts';
import { pki, pkiPath } from '../fakes/kube-api.ts';

async function serve(name: string): Promise<string> {
  const options = { cert: pki(`${name}.crt`), key: pki(`${name}.key`) };
  const server = https.createServer(options, (_, response) => void response.end('[]'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/alerts`;
}

const nobody = { kind: 'no-identity', reason: 'none' } as const;
const { httpGet } = localHost(
  { apiGet: async () => nobody, trustedGet: async () => nobody, clusterIdentity: async () => ({ kind: 'none', reason: '' }) },
  async () => ({ kind: 'refused' }),
);
const get = (url: string, authorities: string) => httpGet({ url, authorities, deadline: 5000 });

function file(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-authorities-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'ca.pem'), text);
  return join(directory, 'ca.pem');
}

describe('httpGet with authorities', () => {
  it('hears who has a certificate of theirs, in a bundle too', async () => {
    expect(await get(await serve('server'), pkiPath('ca.crt'))).toMatchObject({ kind: 'response', status: 200, body: '[]' });
    const bundle = file(`${pki('other-ca.crt')}\n${pki('ca.crt')}`);
    expect(await get(await serve('server'), bundle)).toMatchObject({ status: 200 });
  });

  it.each([
    ['another authority', 'server', 'other-ca.crt', 'is not trusted by'],
    ['another name', 'elsewhere', 'ca.crt', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an old one', 'expired', 'ca.crt', 'CERT_HAS_EXPIRED'],
  ])('does not hear %s', async (_, name, authority, why) => {
    expect(await get(await serve(name), pkiPath(authority))).toMatchObject({
      kind: 'untrusted',
      reason: expect.stringContaining(why),
    });
  });

  it('asks nobody without TLS, and nobody where the file is missing or has no certificate', async () => {
    const url = await serve('server');

    expect(await get(url.replace('https', 'http'), pkiPath('ca.crt'))).toMatchObject({ kind: 'untrusted' });
    expect(await get(url, '/missing/ca.pem')).toEqual({
      kind: 'untrusted',
      reason: '/missing/ca.pem could not be read (missing)',
    });
    expect(await get(url, file('nothing'))).toMatchObject({ reason: expect.stringContaining('has no certificate in it') });
    expect(await get('https://127.0.0.1:1/', pkiPath('ca.crt'))).toEqual({ kind: 'refused' });
  });
});
