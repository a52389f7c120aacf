import { fillIn } from '../../model/advice.ts';
import { type Finding, fault, pass, skip, unknown } from '../../model/finding.ts';
import { isUnavailable, type SourceFailure } from '../../model/source.ts';
import { nodeNetworkUnhealthy as problem } from '../../problems/node-network-unhealthy.ts';
import type { ApiFact } from '../../sources/api-fact.ts';
import type { DefaultRoutes } from '../../sources/default-routes.ts';
import type { Gateway } from '../../sources/gateway.ts';
import type { NodeObject } from '../../sources/node-object.ts';

type Api = ApiFact<NodeObject> | SourceFailure;
type Unreached = Extract<ApiFact<NodeObject>, { readonly kind: 'unknown' }>;

const hasAnswered = (api: Api) =>
  !isUnavailable(api) && (api.kind === 'found' || api.kind === 'absent' || (api.kind === 'unknown' && api.reach === 'answered'));

/** A host without a default route, which may be meant so where everything it needs is on its own links. */
export function judgeRoutes(routes: DefaultRoutes | SourceFailure, api: Api): Finding {
  const subject = { subject: 'default route' };
  if (isUnavailable(routes)) return unknown(routes.unavailable, subject);
  if (routes.kind === 'unknown') return unknown(routes.why, subject);
  const [first] = routes.routes;
  if (first !== undefined) {
    return pass(`default route ${first.gateway === undefined ? '' : `via ${first.gateway} `}on ${first.device}`, subject);
  }
  const message = 'the host has no default route';
  if (!isUnavailable(api) && api.kind === 'not-joined') return skip(`${message}; ${api.why}`, subject);
  return hasAnswered(api)
    ? fault(problem, 'NoDefaultRoute', `${message}; the API server is reached without one`, { ...subject, severity: 'notice' })
    : fault(problem, 'NoDefaultRoute', message, subject);
}

const hostOf = (server: string): string => /^https:\/\/(\[[^\]]+\]|[^:/]+)/.exec(server)?.[1]?.replace(/[[\]]/g, '') ?? '';

function judgeUnreached({ why, identity }: Unreached, way: Gateway | SourceFailure): Finding {
  const subject = { subject: 'API server' };
  const server = identity?.server ?? '';
  const values = { SERVER: server, HOST: hostOf(server) };
  const because = (reason: keyof typeof problem.reasons, message: string, more = {}) => {
    const advice = fillIn(problem.reasons[reason].advice ?? problem.advice, { ...values, ...more });
    return fault(problem, reason, message, { ...subject, advice, evidence: [{ from: 'GET of the own Node', excerpt: why }] });
  };
  if (/resolver/.test(why)) return because('NameNotResolved', why);
  if (isUnavailable(way)) return unknown(`${why}; ${way.unavailable}`, subject);
  switch (way.kind) {
    case 'answers':
      return because('ApiServerUnreachable', `${why}; the gateway ${way.address} answers (${way.says})`);
    case 'silent': {
      const message = `${why}; the gateway ${way.address} does not answer on ${way.device} (${way.says})`;
      return because('GatewayUnreachable', message, { DEVICE: way.device });
    }
    default:
      return unknown(`${why}; whether the gateway answers is not known`, subject);
  }
}

/** Whether a connection to the API server comes about; what it then says, or does not say, is another check's matter. */
export function judgeApiWay(api: Api, way: Gateway | SourceFailure): Finding {
  const subject = { subject: 'API server' };
  if (isUnavailable(api)) return unknown(api.unavailable, subject);
  if (api.kind === 'not-joined') return skip(api.why, subject);
  if (hasAnswered(api)) return pass('a connection to the API server comes about', subject);
  if (api.kind !== 'unknown') return unknown('the API server was not asked', subject);
  if (api.reach === 'unreachable') return judgeUnreached(api, way);
  if (api.reach === 'not-asked') return unknown(api.why, subject);
  return pass(`the API server's host is reached: ${api.why}`, subject);
}
