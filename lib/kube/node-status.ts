import { parseJson, toInstant, toObject, toText, toTexts } from '../model/json.ts';
import type { Instant } from '../model/units.ts';

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly heartbeatAt?: Instant;
}

/** What an earlier agent left in its report about itself. */
export interface EarlierReport {
  readonly at?: Instant;
  /** Types it wrote. */
  readonly conditions: readonly string[];
}

/** A Node as far as its conditions are concerned. */
export interface NodeStatus {
  readonly conditions: ReadonlyMap<string, NodeCondition>;
  readonly report: EarlierReport;
}

function parseReport(text: unknown): EarlierReport {
  const { time, conditions } = toObject(parseJson(toText(text)));
  const at = toInstant(time);
  return { conditions: toTexts(conditions), ...(at === undefined ? {} : { at }) };
}

function parseCondition(value: unknown): NodeCondition {
  const { type, status, reason, message, lastHeartbeatTime } = toObject(value);
  const heartbeatAt = toInstant(lastHeartbeatTime);
  return {
    type: toText(type),
    status: toText(status),
    reason: toText(reason),
    message: toText(message),
    ...(heartbeatAt === undefined ? {} : { heartbeatAt }),
  };
}

/** Undefined: the answer is no Node. */
export function parseNodeStatus(body: unknown, reportAnnotation: string): NodeStatus | undefined {
  const { kind, metadata, status } = toObject(body);
  if (kind !== 'Node') return undefined;
  const { conditions } = toObject(status);
  const parsed = Array.isArray(conditions) ? conditions.map(parseCondition) : [];
  return {
    conditions: new Map(parsed.filter(({ type }) => type !== '').map((condition) => [condition.type, condition])),
    report: parseReport(toObject(toObject(metadata).annotations)[reportAnnotation]),
  };
}
