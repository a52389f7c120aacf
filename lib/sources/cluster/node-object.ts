import { toInstant, toObject, toObjects, toQuantities, toText, toTextRecord } from '../../model/json.ts';
import { present } from '../../model/present.ts';
import { defineSource } from '../../model/source.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { zoneOf } from '../../model/zone.ts';
import { type ApiFact, readApi } from './api-fact.ts';

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly heartbeatAt?: Instant;
  readonly transitionAt?: Instant;
}

/** This host's Node as the API server has it. Resources in cores, bytes and counts. */
export interface NodeObject {
  readonly name: string;
  readonly uid: string;
  readonly createdAt?: Instant;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly zone: string;
  readonly unschedulable: boolean;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  readonly conditions: readonly NodeCondition[];
  readonly allocatable: Readonly<Record<string, number>>;
  readonly capacity: Readonly<Record<string, number>>;
  readonly systemUuid: string;
  readonly machineId: string;
  readonly kubeletVersion: string;
  readonly containerRuntimeVersion: string;
}

function parseCondition(condition: Readonly<Record<string, unknown>>): NodeCondition {
  const { type, status, reason, message, lastHeartbeatTime, lastTransitionTime } = condition;
  return {
    type: toText(type),
    status: toText(status),
    reason: toText(reason),
    message: toText(message).slice(0, 2000),
    ...present('heartbeatAt', toInstant(lastHeartbeatTime)),
    ...present('transitionAt', toInstant(lastTransitionTime)),
  };
}

export function parseNode(body: unknown): NodeObject | undefined {
  const { kind, metadata, spec, status } = toObject(body);
  if (kind !== 'Node') return undefined;
  const { name, uid, creationTimestamp, annotations, labels } = toObject(metadata);
  const { unschedulable, taints } = toObject(spec);
  const { conditions, allocatable, capacity, nodeInfo } = toObject(status);
  const { systemUUID, machineID, kubeletVersion, containerRuntimeVersion } = toObject(nodeInfo);
  return {
    name: toText(name),
    uid: toText(uid),
    ...present('createdAt', toInstant(creationTimestamp)),
    annotations: toTextRecord(annotations),
    labels: toTextRecord(labels),
    zone: zoneOf(toTextRecord(labels)),
    unschedulable: unschedulable === true,
    taints: toObjects(taints).map(({ key, value, effect }) => ({
      key: toText(key),
      value: toText(value),
      effect: toText(effect),
    })),
    conditions: toObjects(conditions).map(parseCondition),
    allocatable: toQuantities(allocatable),
    capacity: toQuantities(capacity),
    systemUuid: toText(systemUUID),
    machineId: toText(machineID),
    kubeletVersion: toText(kubeletVersion),
    containerRuntimeVersion: toText(containerRuntimeVersion),
  };
}

export function conditionOf(node: NodeObject, type: string): NodeCondition | undefined {
  return node.conditions.find((condition) => condition.type === type);
}

export const nodeObject = defineSource<ApiFact<NodeObject>>({
  id: 'node-object',
  deadline: seconds(8),
  // Each write of the report, every 4 to 5 minutes at the latest, answers with the Node: it is not read besides.
  keep: minutes(5.5),
  worthKeeping: ({ kind }) => kind === 'found',
  read: (host, context) => readApi(host, context, { path: (name) => `/api/v1/nodes/${name}`, parse: parseNode }),
});
