import { toInstant, toNumber, toObject, toText } from '../../model/json.ts';
import { present } from '../../model/present.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, type Instant, seconds } from '../../model/units.ts';
import { kubeletJournal } from '../kubelet/kubelet-journal.ts';
import { type ApiFact, readApi } from './api-fact.ts';
import { clusterIdentity } from './cluster-identity.ts';

/** The kubelet's heartbeat: it renews this Lease every quarter of its duration (v1.14). */
export interface NodeLease {
  readonly holder: string;
  /** By the clock of the host that renewed it. */
  readonly renewedAt?: Instant;
  readonly duration: Duration;
}

const DEFAULT_DURATION = seconds(40);

function parseLease(body: unknown): NodeLease | undefined {
  const { kind, spec } = toObject(body);
  if (kind !== 'Lease') return undefined;
  const { holderIdentity, renewTime, leaseDurationSeconds } = toObject(spec);
  return {
    holder: toText(holderIdentity),
    ...present('renewedAt', toInstant(renewTime)),
    duration: seconds(toNumber(leaseDurationSeconds)) || DEFAULT_DURATION,
  };
}

/** `not-needed`: the kubelet, whose log was read, tells of no trouble with the API server; the server is spared the question. */
export type NodeLeaseFact = ApiFact<NodeLease> | { readonly kind: 'not-needed' };

/** Nobody asks, and nothing is wrong: the kubelet's own words do. One that is silent has not been heard. */
async function isQuiet({ use, thorough }: ReadContext): Promise<boolean> {
  if (thorough || (await use(clusterIdentity)).kind !== 'identity') return false;
  const journal = await use(kubeletJournal).catch(() => undefined);
  return journal?.kind === 'read' && journal.heard > 0 && journal.apiErrors === undefined;
}

export const nodeLease = defineSource<NodeLeaseFact>({
  id: 'node-lease',
  deadline: seconds(9.6),
  read: async (host, context) =>
    (await isQuiet(context))
      ? { kind: 'not-needed' }
      : readApi(host, context, {
          path: (name) => `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`,
          parse: parseLease,
        }),
});
