import type { ApiAnswer, ClusterIdentity, HostView } from '../../host/host.ts';
import { toObject, toText } from '../../model/json.ts';
import { formatDuration } from '../../model/quantity.ts';
import type { ReadContext } from '../../model/source.ts';
import { type Duration, type Instant, seconds } from '../../model/units.ts';
import { clusterIdentity, describeIdentity } from './cluster-identity.ts';

/** How far a question came. `unreachable`: no connection at all; `silent`: connected, and no answer in time. */
export type Reach = 'answered' | 'refused' | 'silent' | 'unreachable' | 'not-asked';

/** What the API server says about something of this node. */
export type ApiFact<Value> =
  | {
      readonly kind: 'found';
      readonly value: Value;
      readonly identity: ClusterIdentity;
      /** The server's own clock; ours where it gave none. */
      readonly at: Instant;
      /** How far this host's clock is ahead of the server's. */
      readonly skew: Duration;
      readonly took: Duration;
    }
  | { readonly kind: 'absent'; readonly identity: ClusterIdentity }
  | { readonly kind: 'not-joined'; readonly why: string }
  | {
      readonly kind: 'unknown';
      readonly why: string;
      readonly reach: Reach;
      /** Of an answer that was none: 401, 403, 429, 500, … */
      readonly status?: number;
      readonly identity?: ClusterIdentity;
    };

export interface ApiQuestion<Value> {
  readonly path: (nodeName: string) => string;
  /** Undefined: not the kind of object that was asked for. */
  readonly parse: (body: unknown) => Value | undefined;
}

/** Long enough to tell an API server that is slow, handshake and all, from one that hangs; doctor takes 10 s at most. */
const DEADLINE: Duration = seconds(7);

type Failure = Exclude<ApiAnswer, { kind: 'response' }>;

function reachOf(answer: Failure): Reach {
  switch (answer.kind) {
    case 'refused':
      return 'refused';
    case 'timed-out':
      return answer.connected ? 'silent' : 'unreachable';
    case 'failed':
      return /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/.test(answer.code)
        ? 'unreachable'
        : 'answered';
    case 'untrusted':
      return 'answered';
    default:
      return 'not-asked';
  }
}

const CODES: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to its network',
  ENETDOWN: 'the network is down',
  ETIMEDOUT: 'no answer to the connection',
  ENOTFOUND: 'its name is not known to the resolver',
  EAI_AGAIN: 'the resolver does not answer',
  ECONNRESET: 'it reset the connection',
};

function explainFailure(answer: Failure): string {
  switch (answer.kind) {
    case 'refused':
      return 'refused the connection';
    case 'timed-out':
      return `gave no ${answer.connected ? 'answer' : 'connection'} within ${formatDuration(answer.after)}`;
    case 'untrusted':
      return `is not trusted: ${answer.reason}`;
    case 'failed':
      return `could not be asked: ${CODES[answer.code] ?? answer.code}`;
    default:
      return `could not be asked: ${answer.kind}`;
  }
}

/** Sentence fragment: why an answer is none, and which identity asked. */
function explainStatus(status: number, body: unknown, identity: ClusterIdentity, now: Instant): string {
  const who = describeIdentity(identity);
  const { expiresAt } = identity;
  if (status === 401) {
    const expired = expiresAt !== undefined && expiresAt < now ? `, which expired ${formatDuration(now - expiresAt)} ago` : '';
    return `the API server does not accept the credential of ${who}${expired}`;
  }
  const words = toText(toObject(body).message).slice(0, 200);
  const said = words === '' ? '' : `: ${words}`;
  if (status === 403) return `${who} may not ask for it${said}`;
  return `the API server answered ${status} to ${who}${said}`;
}

/** Pure: what an answer says about this node. */
export function toFact<Value>(
  answer: ApiAnswer,
  identity: ClusterIdentity,
  parse: ApiQuestion<Value>['parse'],
  now: Instant,
): ApiFact<Value> {
  if (answer.kind === 'no-identity') return { kind: 'unknown', why: answer.reason, reach: 'not-asked', identity };
  if (answer.kind !== 'response') {
    const why = `the API server ${identity.server} ${explainFailure(answer)}`;
    return { kind: 'unknown', why, reach: reachOf(answer), identity };
  }
  const { status, body, took, date } = answer;
  if (status === 404) return { kind: 'absent', identity };
  if (status !== 200) {
    return { kind: 'unknown', why: explainStatus(status, body, identity, now), reach: 'answered', status, identity };
  }
  const value = parse(body);
  if (value === undefined)
    return { kind: 'unknown', why: 'the API server answered another kind of object', reach: 'answered', identity };
  const at = date ?? now;
  // The Date header has whole seconds: less than that is no skew.
  const skew = Math.abs(now - at) < seconds(2) ? 0 : now - at;
  return { kind: 'found', value, identity, at, skew, took };
}

/** One GET about this node, and every way it can fail as a fact. */
export async function readApi<Value>(
  host: HostView,
  { use }: ReadContext,
  question: ApiQuestion<Value>,
): Promise<ApiFact<Value>> {
  const identity = await use(clusterIdentity);
  if (identity.kind === 'none') return { kind: 'not-joined', why: identity.reason };
  if (identity.kind === 'unusable') return { kind: 'unknown', why: identity.reason, reach: 'not-asked' };
  const answer = await host.apiGet({ path: question.path(encodeURIComponent(identity.nodeName)), deadline: DEADLINE });
  return toFact(answer, identity, question.parse, host.clock.now());
}
