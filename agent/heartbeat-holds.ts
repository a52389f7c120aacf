import type { HostView } from '../lib/host/host.ts';
import { readKubeconfig } from '../lib/kube/kubeconfig.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { LedgerEntry, Moment } from '../lib/model/incident.ts';
import type { FactOf } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Duration, minutes } from '../lib/model/units.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { apiServer, type HeartbeatProof, heartbeatRest } from '../lib/policy/heartbeat.ts';
import { jitter } from '../lib/remedies/steps/jitter.ts';
import { clusterIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import { kubeletApiErrors } from '../lib/sources/kubelet/kubelet-api-errors.ts';
import { kubeletHealthz } from '../lib/sources/kubelet/kubelet-healthz.ts';
import { kubeletPlaces } from '../lib/sources/kubelet/kubelet-places.ts';
import type { ApiWatch } from './api-watch.ts';
import type { Gatherer } from './gather.ts';

export interface HeartbeatParts {
  readonly host: HostView;
  readonly node: string;
  readonly factOf: FactOf;
  readonly entries: readonly LedgerEntry[];
  readonly now: Moment;
  readonly api: Pick<ApiWatch, 'steadyFor'>;
  /** What the check has read of the kubelet's log. */
  readonly gathered: Pick<Gatherer, 'last'>;
}

const RECENT: Duration = minutes(1);
const SHARES = 1000;

async function serverOfKubelet({ host, factOf }: HeartbeatParts): Promise<string | undefined> {
  const file = (await factOf(kubeletPlaces))?.kubeconfig;
  if (file === undefined) return undefined;
  return await readKubeconfig(host, file).then(
    ({ server }) => server,
    () => undefined,
  );
}

async function proofOf(parts: HeartbeatParts): Promise<HeartbeatProof> {
  const { factOf, gathered, api } = parts;
  const [identity, kubelets, health] = await Promise.all([
    factOf(clusterIdentity),
    serverOfKubelet(parts),
    factOf(kubeletHealthz),
  ]);
  const heard = gathered.last?.(kubeletApiErrors);
  const errors = heard !== undefined && heard.age <= RECENT && heard.fact.kind === 'heard' ? heard.fact.count : undefined;
  const answers =
    health?.kind === 'asked' && health.probes.some(({ answer }) => answer.kind === 'response' && answer.status < 500);
  return {
    steadyFor: api.steadyFor(),
    ...(identity?.kind === 'identity' ? { ours: identity.server } : {}),
    ...(kubelets === undefined ? {} : { kubelets }),
    ...(errors === undefined ? {} : { errors }),
    answers,
  };
}

/** Restarting the kubelet for its heartbeat needs a proof of its own: that nobody but the kubelet fails. */
export async function withHeartbeatHolds(decision: Decision, { fault }: Standing, parts: HeartbeatParts): Promise<Decision> {
  if (fault.type !== 'HeartbeatAtRisk' || (decision.kind !== 'act' && decision.kind !== 'hold')) return decision;
  const { remedy, disruption } = decision;
  if (remedy.id !== 'restart-kubelet') return decision;
  const spread = jitter(parts.node, SHARES) / SHARES;
  const found = [apiServer(await proofOf(parts)), heartbeatRest(parts.entries, parts.now, spread)];
  const own = found.filter((hold): hold is Hold => hold !== undefined);
  const before = decision.kind === 'hold' ? decision.holds : [];
  const holds = [...before.filter(({ id }) => !own.some((one) => one.id === id)), ...own];
  return holds.length === 0 ? decision : { kind: 'hold', remedy, disruption, holds };
}
