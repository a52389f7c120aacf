import { toObject } from '../model/json.ts';
import { type Duration, seconds } from '../model/units.ts';
import type { ClusterClient } from './client.ts';
import { FLEET_NAMESPACE } from './fleet-lease.ts';

/** One thing the agent does with the API server. `allowed`: null where it gave no answer. */
export interface Access {
  readonly what: string;
  readonly allowed: boolean | null;
}

/** Which identity is used, and what the API server says it may do; of admission, NodeRestriction for one, it says nothing. */
export interface AccessReport {
  readonly user: string | null;
  readonly file: string;
  readonly origin: string;
  readonly credential: string;
  /** RFC 3339. */
  readonly expiresAt: string | null;
  readonly node: string;
  readonly access: readonly Access[];
}

interface Question {
  readonly what: string;
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly ofNode?: true;
}

const QUESTIONS: readonly Question[] = [
  { what: 'read its Node', verb: 'get', resource: 'nodes', ofNode: true },
  { what: 'report on its Node', verb: 'patch', resource: 'nodes', subresource: 'status', ofNode: true },
  { what: 'write events', verb: 'create', resource: 'events', namespace: 'default' },
  { what: 'read pods', verb: 'list', resource: 'pods' },
  { what: 'evict pods', verb: 'create', resource: 'pods', subresource: 'eviction' },
  { what: 'cordon its Node', verb: 'patch', resource: 'nodes', ofNode: true },
  {
    what: 'hold a Lease of the fleet',
    verb: 'create',
    resource: 'leases',
    group: 'coordination.k8s.io',
    namespace: FLEET_NAMESPACE,
  },
];

const DEADLINE: Duration = seconds(3);

function bodyOf({ verb, resource, group = '', subresource, namespace, ofNode }: Question, node: string): string {
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(ofNode === undefined ? {} : { name: node }),
  };
  const kind = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
  return JSON.stringify({ ...kind, spec: { resourceAttributes } });
}

function allowedIn(body: unknown): boolean | null {
  const { allowed } = toObject(toObject(body).status);
  return typeof allowed === 'boolean' ? allowed : null;
}

/** Undefined: there is no identity that could be asked about. */
export async function readAccess(cluster: Pick<ClusterClient, 'apiSend' | 'clusterIdentity'>): Promise<AccessReport | undefined> {
  const identity = await cluster.clusterIdentity();
  if (identity.kind !== 'identity') return undefined;
  const { user, file, origin, credential, expiresAt, nodeName: node } = identity;
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const access = await Promise.all(
    QUESTIONS.map(async (question) => {
      const answer = await cluster.apiSend({ method: 'POST', path, body: bodyOf(question, node), deadline: DEADLINE });
      return { what: question.what, allowed: answer.kind === 'response' && answer.status < 300 ? allowedIn(answer.body) : null };
    }),
  );
  return {
    user: user ?? null,
    file,
    origin,
    credential,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    node,
    access,
  };
}
