import type { Clock, HostView } from '../../lib/host/host.ts';
import { leasePath, parseLeases } from '../../lib/kube/fleet-lease.ts';
import { NO_REBOOT, type RebootSettings } from '../../lib/model/reboot.ts';
import type { SourceFailure } from '../../lib/model/source.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { judgeEmptiness } from '../../lib/reboot/empty.ts';
import { inhibitions } from '../../lib/reboot/inhibitors.ts';
import type { RuntimeEndpoint } from '../../lib/sources/runtime/runtime-endpoint.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { readHostProcesses } from './host-processes.ts';
import { readInhibitors } from './inhibitors.ts';
import { type NodeAnswer, type NodeFacts, ownerOf, readBoundPods, readNodeFacts } from './node-facts.ts';
import { readRuntimePods } from './runtime-pods.ts';

export interface LastLookParts {
  readonly host: HostView;
  readonly cluster: Pick<ClusterPods, 'node' | 'podsOf'>;
  /** Whom to ask for what runs here; found before, since it takes longer than the look and does not change. */
  readonly endpoint: RuntimeEndpoint | SourceFailure;
  /** The Node's name. */
  readonly node: string;
  readonly settings: Pick<RebootSettings, 'inhibitors'>;
  /** Why this cordon is none to reboot under; undefined: it is ours. */
  notOurs(owner: string | undefined): string | undefined;
  /** Why the place in the fleet's budget is not ours; absent: none is needed. */
  lease?(): Promise<string | undefined>;
}

function ofNode(node: NodeAnswer, { notOurs }: Pick<LastLookParts, 'notOurs'>): string | undefined {
  if (node.kind === 'absent') return 'the Node was deleted';
  if (node.kind === 'unknown') return `whether it is cordoned is not known: ${node.why}`;
  if (!node.value.unschedulable) return 'the node is not cordoned any more';
  return notOurs(ownerOf(node.value));
}

const annotationOf = (node: NodeAnswer): NodeFacts['annotations'][string] | undefined =>
  node.kind === 'told' ? node.value.annotations[NO_REBOOT] : undefined;

/** Everything that stands between this host and its reboot, as it is at this moment; empty: nothing does. */
export async function lookOnce(parts: LastLookParts): Promise<readonly string[]> {
  const { host, cluster, node: name, settings } = parts;
  const [node, pods, processes, runtime, lease, inhibitors] = await Promise.all([
    readNodeFacts(cluster, name),
    readBoundPods(cluster, name),
    readHostProcesses(host),
    readRuntimePods(host, parts.endpoint),
    parts.lease?.(),
    readInhibitors(host, settings.inhibitors, undefined),
  ]);
  const cordon = ofNode(node, parts);
  const emptiness = judgeEmptiness({ processes, pods, ...runtime });
  const held = inhibitions({ ...inhibitors, annotation: annotationOf(node) }, host.clock.now());
  return [
    ...(cordon === undefined ? [] : [cordon]),
    ...(emptiness.kind === 'empty' ? [] : [emptiness.why]),
    ...(lease === undefined ? [] : [lease]),
    ...held,
  ];
}

/** What was seen longer ago may be otherwise by now. */
const FRESH: Duration = seconds(1);
const TRIES = 5;

/** Nothing stands in the way, and that was seen within the last second. */
export async function lookInTheLastSecond(
  clock: Pick<Clock, 'monotonic'>,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  for (let tries = 1; ; tries += 1) {
    const began = clock.monotonic();
    const reasons = await look();
    if (reasons.length > 0 || clock.monotonic() - began <= FRESH) return reasons;
    if (tries === TRIES) return [`${TRIES} looks in a row took longer than a second: what they saw may not hold any more`];
  }
}

/** Longer than the agent takes to renew it. */
const RENEWED_WITHIN = minutes(10);

/** Why the place in the budget is not ours: by our own Lease, as the others see it. By a list: a GET is no right of an agent's. */
export async function leaseHeld(host: Pick<HostView, 'apiGet' | 'clock'>, node: string): Promise<string | undefined> {
  const path = `${leasePath()}?${new URLSearchParams({ fieldSelector: `metadata.name=${node}` }).toString()}`;
  const answer = await host.apiGet({ path, deadline: seconds(4) });
  if (answer.kind !== 'response') return `the Lease of this node could not be read: ${answer.kind}`;
  if (answer.status !== 200) return `the Lease of this node could not be read: the API server answered ${answer.status}`;
  const own = parseLeases(answer.body)?.nodes.find((one) => one.node === node);
  if (own?.claim !== 'reboot') return 'the Lease of this node does not claim a reboot';
  const at = answer.date ?? host.clock.now();
  return Math.abs(at - own.seenAt) > RENEWED_WITHIN ? 'the Lease of this node has expired' : undefined;
}
