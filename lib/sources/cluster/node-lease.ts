import { defineSource } from '../../model/source.ts';
import { type Duration, type Instant, seconds } from '../../model/units.ts';
import { type ApiFact, readApi } from './api-fact.ts';
import { present, toInstant, toNumber, toObject, toText } from './api-json.ts';

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

export const nodeLease = defineSource<ApiFact<NodeLease>>({
  id: 'node-lease',
  deadline: seconds(8),
  read: (host, context) =>
    readApi(host, context, {
      path: (name) => `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`,
      parse: parseLease,
    }),
});
