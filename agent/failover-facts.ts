import type { FailoverFacts } from '../lib/failover/report.ts';
import { type Reading, type TimingFacts, timingOf } from '../lib/failover/timing.ts';
import type { ClusterIdentity, HostView } from '../lib/host/host.ts';
import { minorOf } from '../lib/model/kubernetes-version.ts';
import { parseDuration } from '../lib/model/quantity.ts';
import { isUnavailable, type SourceFailure } from '../lib/model/source.ts';
import { seconds } from '../lib/model/units.ts';
import { describeIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import { type NodeLeaseFact, nodeLease } from '../lib/sources/cluster/node-lease.ts';
import { nodeObject } from '../lib/sources/cluster/node-object.ts';
import { type ControlPlane, readControlPlane } from '../lib/sources/failover/control-plane.ts';
import { type FailoverFactsOfPods, failoverFacts, readRemoteConfigz } from '../lib/sources/failover/failover-facts.ts';
import { type KubeletSettings, kubeletSettings } from '../lib/sources/kubelet/kubelet-settings.ts';
import type { Gatherer } from './gather.ts';

export interface FailoverAsked {
  readonly node: string;
  /** The node is this host: its kubelet can be looked at. */
  readonly isHere: boolean;
  readonly identity: ClusterIdentity | undefined;
  readonly given: Readonly<Record<string, string>>;
}

export interface FailoverReading {
  readonly facts: FailoverFacts;
  /** Who asked the API server; a sentence where nobody could. */
  readonly asker: string;
  /** How long ago the node was last heard of, by the API server's clock. */
  readonly silentFor: number | undefined;
  /** False: the API server knows no such Node. */
  readonly isKnown: boolean;
  /** What was not seen, or does not agree. */
  readonly unseen: readonly string[];
}

type KubeletReadings = TimingFacts['kubelet'];

function ofSettings(settings: KubeletSettings): KubeletReadings {
  if (!settings.installed) return {};
  const place = settings.confirmed ? 'its own configz' : (settings.configFile ?? 'its flags and defaults');
  const from = `${settings.source}, ${place}`;
  const reading = (value: number): Reading => ({ value, origin: 'read', from });
  return {
    leaseDuration: reading(settings.nodeLeaseDuration),
    statusUpdateFrequency: reading(settings.nodeStatusUpdateFrequency),
    statusReportFrequency: reading(settings.nodeStatusReportFrequency),
  };
}

function ofConfigz(config: Readonly<Record<string, unknown>>): KubeletReadings {
  const from = 'its configz, through the API server';
  const reading = (value: number | undefined): Reading | undefined =>
    value === undefined || value <= 0 ? undefined : { value, origin: 'read', from };
  const duration = (key: string) => reading(typeof config[key] === 'string' ? parseDuration(config[key]) : undefined);
  const lease = reading(seconds(Number(config.nodeLeaseDurationSeconds)));
  const [update, report] = [duration('nodeStatusUpdateFrequency'), duration('nodeStatusReportFrequency')];
  return {
    ...(lease === undefined ? {} : { leaseDuration: lease }),
    ...(update === undefined ? {} : { statusUpdateFrequency: update }),
    ...(report === undefined ? {} : { statusReportFrequency: report }),
  };
}

async function kubeletReadings(host: HostView, gathered: Gatherer, { node, isHere }: FailoverAsked) {
  if (isHere) {
    const settings = await gathered.fact(kubeletSettings);
    if (!isUnavailable(settings)) return { readings: ofSettings(settings), manifests: settings.staticPodPath };
  }
  const configz = await readRemoteConfigz(host, node);
  return { readings: configz.kind === 'found' ? ofConfigz(configz.value) : {}, manifests: undefined };
}

/** The kubelet writes its setting into its Lease. */
function ofLease(readings: KubeletReadings, lease: NodeLeaseFact | SourceFailure, node: string): KubeletReadings {
  if (readings.leaseDuration !== undefined || isUnavailable(lease) || lease.kind !== 'found') return readings;
  const from = `Lease kube-node-lease/${node}`;
  return { ...readings, leaseDuration: { value: lease.value.duration, origin: 'observed', from } };
}

/** A Lease carries the time of the host that renewed it. */
function silenceOf(host: HostView, lease: NodeLeaseFact | SourceFailure, isHere: boolean): number | undefined {
  if (isUnavailable(lease) || lease.kind !== 'found' || lease.value.renewedAt === undefined) return undefined;
  return Math.max(0, (isHere ? host.clock.now() : lease.at) - lease.value.renewedAt);
}

function timingFacts(plane: ControlPlane, kubelet: KubeletReadings, version: string | undefined, given: FailoverAsked['given']) {
  return timingOf({
    // A build without a version of its own says v0.0.0.
    version: minorOf(plane.version) === undefined ? (version ?? plane.version) : plane.version,
    ...(plane.controllerManager === undefined ? {} : { controllerManager: plane.controllerManager }),
    ...(plane.apiServer === undefined ? {} : { apiServer: plane.apiServer }),
    kubelet,
    given,
  });
}

function nodesOf(cluster: FailoverFactsOfPods | SourceFailure): FailoverFacts['nodes'] {
  if (isUnavailable(cluster)) return cluster.unavailable;
  if (cluster.nodes.kind === 'found') return cluster.nodes.value.nodes;
  return `the other nodes could not be listed${'why' in cluster.nodes ? `: ${cluster.nodes.why}` : ''}`;
}

/** Beyond the first page the shares of that page stand for all. */
function leftOut({ nodes }: FailoverFactsOfPods): readonly string[] {
  if (nodes.kind !== 'found' || nodes.value.more === 0) return [];
  return [`${nodes.value.more} more nodes: the state of the zones is that of the first ${nodes.value.nodes.length}`];
}

/** Everything the model needs, each from the nearest place that knows it. */
export async function readFailover(host: HostView, gathered: Gatherer, asked: FailoverAsked): Promise<FailoverReading> {
  const { node, identity, given } = asked;
  const [{ readings, manifests }, lease, object, cluster] = await Promise.all([
    kubeletReadings(host, gathered, asked),
    gathered.fact(nodeLease),
    gathered.fact(nodeObject),
    gathered.fact(failoverFacts),
  ]);
  const plane = await readControlPlane(host, {
    manifests: manifests ?? '/etc/kubernetes/manifests',
    kubeconfig: identity?.file,
  });
  const version = !isUnavailable(object) && object.kind === 'found' ? object.value.kubeletVersion : undefined;
  const timing = timingFacts(plane, ofLease(readings, lease, node), version, given);
  return {
    facts: {
      node,
      timing,
      nodes: nodesOf(cluster),
      pods: isUnavailable(cluster) ? cluster.unavailable : cluster.pods,
    },
    asker: identity === undefined ? 'nobody: no kubeconfig was found' : describeIdentity(identity),
    silentFor: silenceOf(host, lease, asked.isHere),
    isKnown: isUnavailable(object) || object.kind !== 'absent',
    unseen: [...(isUnavailable(cluster) ? [] : [...cluster.unseen, ...leftOut(cluster)]), ...plane.doubts],
  };
}
