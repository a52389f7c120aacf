import type { ApiAnswer } from '../host/host.ts';
import { isObject, toText } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import { formatDuration } from '../model/quantity.ts';
import type { Duration } from '../model/units.ts';

/** Why the API server did not do what it was asked. */
export interface Failure {
  /** HTTP status; absent: no answer came. */
  readonly code?: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string }[];
  readonly retryAfter?: Duration;
}

export type Outcome<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

interface Cause {
  readonly reason?: unknown;
  readonly message?: unknown;
}
interface Status extends Cause {
  readonly details?: { readonly causes?: readonly Cause[]; readonly retryAfterSeconds?: unknown };
}

function silence(answer: Exclude<ApiAnswer, { readonly kind: 'response' }>): string {
  switch (answer.kind) {
    case 'timed-out':
      return `the API server did not answer within ${formatDuration(answer.after)}`;
    case 'untrusted':
    case 'no-identity':
      return answer.reason;
    case 'failed':
      return `the connection to the API server failed: ${answer.code}`;
    default:
      return `the connection to the API server failed: ${answer.kind}`;
  }
}

function refusal(code: number, body: unknown, header: Duration | undefined): Failure {
  const { message, reason, details } = (isObject(body) ? body : {}) as Status;
  const listed: readonly Cause[] = Array.isArray(details?.causes) ? details.causes : [];
  const causes = listed.filter((cause) => isObject(cause));
  const seconds = details?.retryAfterSeconds;
  const asked = header ?? (typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined);
  return {
    code,
    reason: toText(reason),
    message: printable(toText(message) || toText(body) || `the API server answered ${code}`),
    causes: causes.map((cause) => ({ reason: toText(cause.reason), message: printable(toText(cause.message)) })),
    ...(asked === undefined ? {} : { retryAfter: asked }),
  };
}

export function outcomeOf<Value>(answer: ApiAnswer): Outcome<Value> {
  if (answer.kind !== 'response') {
    const reason = answer.kind === 'untrusted' || answer.kind === 'no-identity' ? 'Credential' : 'NoAnswer';
    return { ok: false, failure: { reason, message: printable(silence(answer)), causes: [] } };
  }
  const { status, body, retryAfter } = answer;
  if (status < 200 || status > 299) return { ok: false, failure: refusal(status, body, retryAfter) };
  if (isObject(body)) return { ok: true, value: body as Value };
  return { ok: false, failure: { code: status, reason: 'Malformed', message: 'the answer is no object', causes: [] } };
}

export const isNotFound = ({ code }: Failure): boolean => code === 404;

/** Gone by itself, as a rule: a lost connection, a proxy's 502 to 504, an etcd that is electing. */
export function isTransient({ code, reason, message }: Failure): boolean {
  if (code === undefined) return reason === 'NoAnswer';
  return (
    [502, 503, 504].includes(code) || (code === 500 && /etcdserver: (request timed out|leader changed|no leader)/.test(message))
  );
}

export type EvictionAnswer =
  /** It is not there any more, or another pod has its name. */
  | 'gone'
  /** A PodDisruptionBudget, or the server's own load: later. */
  | 'later'
  /** Nothing is evicted from a namespace that is being deleted; its pods go by themselves. */
  | 'namespace-terminating'
  | 'overlapping-budgets'
  | 'transient'
  | 'refused';

export function judgeEviction(failure: Failure): EvictionAnswer {
  const { code, causes, message } = failure;
  if (code === 404) return 'gone';
  // Our precondition: the uid. A StatefulSet's next pod has the same name, and is none of ours.
  if (code === 409 && /uid/i.test(message)) return 'gone';
  if (code === 429) return 'later';
  if (code === 403 && causes.some(({ reason }) => reason === 'NamespaceTerminating')) return 'namespace-terminating';
  if (code === 500 && /more than one PodDisruptionBudget/.test(message)) return 'overlapping-budgets';
  return isTransient(failure) ? 'transient' : 'refused';
}

/** The budget that put the eviction off, by the server's own words. */
export function budgetNamed({ causes }: Failure): string | undefined {
  const cause = causes.find(({ reason }) => reason === 'DisruptionBudget');
  return /^The disruption budget (\S+) /.exec(cause?.message ?? '')?.[1];
}
