import { fillIn } from '../../model/advice.ts';
import { type FaultDetails, type Finding, fault, pass, skip, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { isUnavailable, type SourceFailure } from '../../model/source.ts';
import type { Duration } from '../../model/units.ts';
import { nodeNetworkUnhealthy as problem } from '../../problems/node-network-unhealthy.ts';
import type { ApiFact } from '../../sources/cluster/api-fact.ts';
import type { NodeLeaseFact } from '../../sources/cluster/node-lease.ts';
import type { NodeObject } from '../../sources/cluster/node-object.ts';
import type { DefaultRoutes } from '../../sources/network/default-routes.ts';
import type { Gateway } from '../../sources/network/gateway.ts';

type Api = ApiFact<unknown> | SourceFailure;
type Unreached = Extract<ApiFact<unknown>, { readonly kind: 'unknown' }>;

/** The Node may have been read minutes ago. The Lease is asked for as soon as the kubelet complains: its failure is news. */
export function latestWord(node: ApiFact<NodeObject> | SourceFailure, lease: NodeLeaseFact | SourceFailure): Api {
  if (isUnavailable(node) || node.kind !== 'found' || isUnavailable(lease)) return node;
  return lease.kind === 'unknown' && lease.reach !== 'answered' && lease.reach !== 'not-asked' ? lease : node;
}

const hasAnswered = (api: Api) =>
  !isUnavailable(api) && (api.kind === 'found' || api.kind === 'absent' || (api.kind === 'unknown' && api.reach === 'answered'));

export function judgeRoutes(routes: DefaultRoutes | SourceFailure, api: Api, least: number): Finding {
  const subject = { subject: 'default route' };
  if (isUnavailable(routes)) return unknown(routes.unavailable, subject);
  if (routes.kind === 'unknown') return unknown(routes.why, subject);
  const [first] = routes.routes;
  if (routes.routes.length >= least) {
    const via = first?.gateway === undefined ? '' : `via ${first.gateway} `;
    return pass(first === undefined ? 'no default route, as configured' : `default route ${via}on ${first.device}`, subject);
  }
  const message =
    first === undefined ? 'the host has no default route' : `the host has ${routes.routes.length} default routes, not ${least}`;
  if (!isUnavailable(api) && api.kind === 'not-joined') return skip(`${message}; ${api.why}`, subject);
  return hasAnswered(api)
    ? fault(problem, 'NoDefaultRoute', `${message}; the API server is reached all the same`, subject)
    : fault(problem, 'NoDefaultRoute', message, { ...subject, severity: 'critical' });
}

const subjectApi = { subject: 'API server' };

const hostOf = (server: string): string => /^https:\/\/(\[[^\]]+\]|[^:/]+)/.exec(server)?.[1]?.replace(/[[\]]/g, '') ?? '';

type Reason = keyof typeof problem.reasons;

function found(
  reason: Reason,
  message: string,
  server: string,
  details: FaultDetails & { readonly device?: string } = {},
): Finding {
  const { device = '', ...more } = details;
  const advice = fillIn(problem.reasons[reason].advice ?? problem.advice, {
    SERVER: server,
    HOST: hostOf(server),
    DEVICE: device,
  });
  return fault(problem, reason, message, { ...subjectApi, ...more, advice });
}

/** No connection at all: whose fault it is, the neighbour on the link tells. */
function judgeUnreached(api: Unreached, way: Gateway | SourceFailure): Finding {
  const { why, identity } = api;
  const server = identity?.server ?? '';
  const evidence = [{ from: 'GET of the own Node', excerpt: why }];
  if (/resolver/.test(why)) return found('NameNotResolved', why, server, { evidence });
  if (isUnavailable(way)) return unknown(`${why}; ${way.unavailable}`, subjectApi);
  switch (way.kind) {
    case 'answers':
      return found('ApiServerUnreachable', `${why}; the gateway ${way.address} answers (${way.says})`, server, { evidence });
    case 'silent': {
      const message = `${why}; the gateway ${way.address} does not answer on ${way.device} (${way.says})`;
      return found('GatewayUnreachable', message, server, { evidence, device: way.device });
    }
    default:
      return unknown(`${why}; whether the gateway answers is not known`, subjectApi);
  }
}

/** Whether the API server answers at all, and in time; what it says is another check's matter. */
export function judgeApiWay(api: Api, way: Gateway | SourceFailure, slowAnswer: Duration): Finding {
  if (isUnavailable(api)) return unknown(api.unavailable, subjectApi);
  if (api.kind === 'not-joined') return skip(api.why, subjectApi);
  if (api.kind === 'found') {
    const message = `the API server answered within ${formatDuration(api.took)}`;
    if (api.took < slowAnswer) return pass(message, subjectApi);
    const measure = { observed: api.took, limit: slowAnswer, unit: 'ms' as const };
    const late = `the API server took ${formatDuration(api.took)} to answer`;
    return found('ApiServerSlow', late, api.identity.server, { state: 'suspected', measure });
  }
  if (api.kind === 'absent' || api.reach === 'answered') return pass('the API server answers', subjectApi);
  if (api.reach === 'not-asked') return unknown(api.why, subjectApi);
  if (api.reach === 'unreachable') return judgeUnreached(api, way);
  // Something took or refused the connection, so the way there is open: it is the server, or a balancer before it.
  return found('ApiServerUnreachable', api.why, api.identity?.server ?? '', { severity: 'warning' });
}
