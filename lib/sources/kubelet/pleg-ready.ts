import type { SourceFailure } from '../../model/source.ts';
import type { Instant } from '../../model/units.ts';
import type { ApiFact } from '../cluster/api-fact.ts';
import { conditionOf, type NodeObject } from '../cluster/node-object.ts';

/** The Node's Ready condition as the kubelet last reported it, on this host's clock. */
export interface PlegReady {
  readonly status: string;
  readonly message: string;
  readonly heartbeatAt: Instant;
}

/** Undefined when it could not be read, or says nothing of the kubelet that runs now: the last report is an earlier one's. */
export function toPlegReady(fact: ApiFact<NodeObject> | SourceFailure, startedAt: Instant): PlegReady | undefined {
  if (!('kind' in fact) || fact.kind !== 'found') return undefined;
  const ready = conditionOf(fact.value, 'Ready');
  if (ready?.heartbeatAt === undefined || ready.heartbeatAt < startedAt) return undefined;
  return { status: ready.status, message: ready.message, heartbeatAt: ready.heartbeatAt };
}
