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

type JsonObject = Readonly<Record<string, unknown>>;

function toObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

function toInstant(value: unknown): Instant | undefined {
  const instant = Date.parse(toText(value));
  return Number.isNaN(instant) ? undefined : instant;
}

function parseReport(text: unknown): EarlierReport {
  try {
    const { time, conditions } = toObject(JSON.parse(toText(text)));
    const at = toInstant(time);
    const types = Array.isArray(conditions) ? conditions.filter((type) => typeof type === 'string') : [];
    return { conditions: types, ...(at === undefined ? {} : { at }) };
  } catch {
    return { conditions: [] };
  }
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
