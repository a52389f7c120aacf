import type { Moment } from './incident.ts';
import type { Instant } from './units.ts';

/**
 * What the flight recorder keeps, in the order in which it is on disk: new ones are added at the end, none is ever moved or removed.
 * PSI in percent of the last 10 s.
 */
export const FLIGHT_MEASURES = [
  'cpuSome',
  'cpuFull',
  'memorySome',
  'memoryFull',
  'ioSome',
  'ioFull',
  'nodefsBytes',
  'nodefsInodes',
  'imagefsBytes',
  'imagefsInodes',
  'memoryAvailable',
  /** Milliseconds since the kubelet's last relist. */
  'relistAge',
  /** Tasks in uninterruptible sleep. */
  'blockedTasks',
  'load1',
  /** Milliseconds of the last answer of the API server; absent: none was asked for, or none came. */
  'apiLatency',
  /** RssAnon of the agent, bytes. */
  'agentMemory',
  /** CPU seconds the agent has used since its start. */
  'agentCpu',
] as const;

export type FlightMeasure = (typeof FLIGHT_MEASURES)[number];

/** `started`, `stopped`: the first and the last record of an agent; a boot that ends without `stopped` ended unawares. */
export type FlightMark = 'running' | 'started' | 'stopped';

/** One look at the node, every 10 s. What could not be measured is absent. */
export interface FlightSample extends Moment, Readonly<Partial<Record<FlightMeasure, number>>> {
  readonly at: Instant;
  readonly mark: FlightMark;
}
