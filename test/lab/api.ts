import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { labDirectory } from './paths.ts';
import { apiServerOf, type LabState } from './state.ts';

/** GET as administrator: the body's JSON, or undefined when the API server did not answer 200 within 3 s. */
export async function apiGet(state: LabState, path: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  try {
    const pki = (name: string): Buffer => readFileSync(join(labDirectory(state.name), 'pki', name));
    const agent = new Agent({ ca: pki('ca.crt'), cert: pki('kubeconfig.crt'), key: pki('kubeconfig.key') });
    const call = request(`${apiServerOf(state)}${path}`, { agent, signal: AbortSignal.timeout(3000) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve(undefined));
      answer.on('end', () => resolve(answer.statusCode === 200 ? parse(Buffer.concat(chunks).toString()) : undefined));
    });
    call.on('error', () => resolve(undefined));
    call.end();
  } catch {
    resolve(undefined); // the certificates are not there yet
  }
  return await promise;
}

/** /readyz answers "ok", everything else is JSON. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
