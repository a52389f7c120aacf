import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** How somebody shows who he is. */
export type Credential = { readonly cert: string; readonly key: string } | { readonly token: string };

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Of a PATCH; default a strategic merge. */
  readonly type?: 'strategic-merge-patch' | 'merge-patch' | 'apply-patch';
}

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
}

export type Ask = (call: Call) => Promise<Reply>;

const contentType = ({ method, type = 'strategic-merge-patch' }: Call) => {
  if (method !== 'PATCH') return 'application/json';
  return `application/${type}+${type === 'apply-patch' ? 'yaml' : 'json'}`;
};

/** The API server as this one meets it: real TLS, a real certificate or token, nothing impersonated. */
export function askAs(server: string, ca: string, credential: Credential): Ask {
  const own = 'token' in credential ? {} : { cert: readFileSync(credential.cert), key: readFileSync(credential.key) };
  const agent = new Agent({ ca: readFileSync(ca), keepAlive: true, ...own });
  const bearer = 'token' in credential ? { authorization: `Bearer ${credential.token}` } : {};
  return async (call) => {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const began = performance.now();
    const headers = { ...bearer, 'content-type': contentType(call), accept: 'application/json' };
    const sent = request(`${server}${call.path}`, { agent, method: call.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const tookMs = performance.now() - began;
        resolve({ status: answer.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString()), tookMs });
      });
    });
    sent.on('error', reject);
    sent.setTimeout(30_000, () => sent.destroy(new Error(`${call.method} ${call.path}: no answer`)));
    sent.end(call.body === undefined ? undefined : JSON.stringify(call.body));
    return await promise;
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return { message: text };
  }
}

/** What the bench itself needs done: what fails is a fault of the bench. */
export async function must(ask: Ask, call: Call): Promise<Reply['body']> {
  const { status, body } = await ask(call);
  if (status < 300) return body;
  throw new Error(`${call.method} ${call.path}: ${status} ${JSON.stringify(body.message ?? body).slice(0, 600)}`);
}
