import type { DrainEvent, NodeReport } from '../drain/events.ts';
import { jsonSeconds } from './json-values.ts';

/** One line of `--json`: times in RFC 3339, spans in seconds. */
export function eventJson(event: DrainEvent, at: number): unknown {
  const head = { time: new Date(at).toISOString() };
  if (event.event === 'put-off') {
    const { retryIn, ...rest } = event;
    return { ...head, ...rest, retryInSeconds: jsonSeconds(retryIn) };
  }
  if (event.event === 'waiting' || event.event === 'surge-waiting') {
    const { elapsed, ...rest } = event;
    return { ...head, ...rest, elapsedSeconds: jsonSeconds(elapsed) };
  }
  if (event.event === 'surged') {
    const { took, ...rest } = event;
    return { ...head, ...rest, tookSeconds: jsonSeconds(took) };
  }
  if (event.event === 'abandoned') {
    const { after, ...rest } = event;
    return { ...head, ...rest, afterSeconds: after };
  }
  return { ...head, ...event };
}

export interface DrainResult {
  readonly nodes: readonly NodeReport[];
  /** Nodes that are cordoned when the command ends. */
  readonly cordoned: readonly string[];
  readonly exitStatus: number;
}

/** The last line. */
export function resultJson({ nodes, cordoned, exitStatus }: DrainResult, at: number): unknown {
  return {
    time: new Date(at).toISOString(),
    event: 'result',
    apiVersion: 'nodemend.io/v1',
    kind: 'DrainReport',
    nodes,
    cordoned,
    exitStatus,
  };
}
