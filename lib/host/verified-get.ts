import { KiB } from '../model/units.ts';
import { readFile } from './files.ts';
import type { HttpAnswer, HttpRequest } from './host.ts';
import { httpGet } from './http.ts';

/** A bundle of every authority of the world has 230 KiB. */
const LARGEST = 512 * KiB;

/** Only an answerer with a certificate that an authority of this file signed for this name is heard. */
export async function verifiedGet(request: HttpRequest, authorities: string): Promise<HttpAnswer> {
  if (!request.url.startsWith('https:')) return { kind: 'untrusted', reason: `${request.url} is without TLS` };
  const read = await readFile(authorities, { maxBytes: LARGEST });
  if (read.kind !== 'text') return { kind: 'untrusted', reason: `${authorities} could not be read (${read.kind})` };
  // node takes what is no certificate for an empty list, and then trusts nobody without saying why.
  if (!read.text.includes('-----BEGIN CERTIFICATE-----')) {
    return { kind: 'untrusted', reason: `${authorities} has no certificate in it: expected PEM` };
  }
  const answer = await httpGet(request, { rejectUnauthorized: true, ca: read.text });
  if (answer.kind !== 'failed' || !/CERT|SIGN|ISSUER|ALTNAME/.test(answer.code)) return answer;
  return { kind: 'untrusted', reason: `its certificate is not trusted by ${authorities} (${answer.code})` };
}
