import type { ApiAnswer, ApiRequest, HttpAnswer, HttpRequest, IdentityAnswer } from '../host/host.ts';
import { type Duration, MiB } from '../model/units.ts';
import { toApiAnswer } from './answer.ts';
import { connectionsTo } from './connections.ts';
import { rememberPlaces } from './discovery.ts';
import { type Identities, identities } from './identity.ts';
import { readKubeletLeaves } from './kubelet-certificate.ts';
import { acceptOf, CONTENT_TYPE } from './media-types.ts';
import type { IdentityOptions, Session } from './session.ts';
import { send } from './transport.ts';

/** `body`: JSON of a patch (strategic merge), or of an object that names itself; a DELETE needs none. */
export interface ApiWrite extends ApiRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly body: string;
}

/** What lib/host/local.ts asks of a cluster (its ClusterAccess), and what reporters write. */
export interface ClusterClient {
  apiGet(request: ApiRequest): Promise<ApiAnswer>;
  apiSend(request: ApiWrite): Promise<ApiAnswer>;
  trustedGet(request: HttpRequest): Promise<HttpAnswer>;
  clusterIdentity(): Promise<IdentityAnswer>;
}

const LARGEST = 16 * MiB;

type LateAnswer = Extract<ApiAnswer, { readonly kind: 'timed-out' | 'failed' }>;

/** Ends at the deadline even where the abort finds nobody: in a file, a plugin, or the queue for a connection. */
async function bounded<Answer>(
  { current }: Identities,
  deadline: Duration,
  ask: (session: Session, signal: AbortSignal) => Promise<Answer>,
) {
  // It takes whole milliseconds alone, and throws for anything else.
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(deadline)));
  const { promise: late, resolve } = Promise.withResolvers<LateAnswer>();
  let [asking, grace]: [boolean, ReturnType<typeof setTimeout> | undefined] = [false, undefined];
  const timedOut: LateAnswer = { kind: 'timed-out', after: deadline, connected: false };
  const expire = () => {
    // The request's own answer knows how far it came; it is given a moment to say so.
    grace = setTimeout(() => resolve(asking ? timedOut : { kind: 'failed', code: 'the credential was not read in time' }), 50);
  };
  signal.addEventListener('abort', expire, { once: true });
  const work = async () => {
    const session = await current();
    if (session.kind !== 'session') return { kind: 'no-identity', reason: session.reason } as const;
    asking = true;
    return ask(session, signal);
  };
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', expire);
  }
}

function authorizationOf({ credential }: Session): Readonly<Record<string, string>> {
  return credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` };
}

/** The cluster with the identity that was discovered. */
export function clusterClient(options: IdentityOptions): ClusterClient {
  const kubelet = rememberPlaces(options.kubelet, options.host.clock);
  const who: Identities = identities({ ...options, kubelet });
  const connections = connectionsTo();

  const ask = ({ path, deadline, metadataOnly, ...write }: ApiRequest & Partial<ApiWrite>) =>
    bounded<ApiAnswer>(who, deadline, async (session, signal) => {
      const url = `${session.kubeconfig.server.replace(/\/+$/, '')}${path}`;
      const type = write.method === undefined ? {} : { 'content-type': CONTENT_TYPE[write.method] };
      const accept = acceptOf(metadataOnly);
      const headers = { accept, ...type, ...authorizationOf(session) };
      const agent = connections(session).api;
      const answer = await send({ url, ...write, agent, headers, deadline, maxBytes: LARGEST, signal });
      if (answer.kind === 'response' && answer.status === 401) who.refused(session);
      return toApiAnswer(answer);
    });

  return {
    apiGet: ask,
    apiSend: ask,
    trustedGet: ({ url, deadline, maxBytes = MiB, headers = {} }) =>
      bounded<HttpAnswer>(who, deadline, async (session, signal) => {
        if (!url.startsWith('https:')) return { kind: 'untrusted', reason: 'no credential is sent without TLS' };
        const leaves = await readKubeletLeaves(options.host, await kubelet());
        const agent = connections(session, leaves).kubelet;
        return send({ url, agent, headers: { ...headers, ...authorizationOf(session) }, deadline, maxBytes, signal });
      }),
    async clusterIdentity() {
      const session = await who.lately();
      return session.kind === 'session' ? session.identity : session;
    },
  };
}
