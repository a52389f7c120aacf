import type { Node } from '../../lib/drain/objects.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { type Instant, minutes } from '../../lib/model/units.ts';
import { annotationsOf } from '../../lib/reporters/annotations.ts';
import { snapshot } from './tidings.ts';

/** When a fleet is looked at. */
export const NOW: Instant = Date.parse('2026-01-01T12:00:00Z');

export interface NodeIs {
  readonly name?: string;
  readonly zone?: string;
  /** What its agent last said, and how long ago; absent: there is none. */
  readonly says?: Partial<Snapshot>;
  readonly ago?: number;
  /** Beside or instead of what the agent wrote. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ready?: string;
  readonly conditions?: readonly string[];
  readonly cordoned?: boolean;
}

/** A Node object with the annotations that the agent's own reporter writes. */
export function nodeObject(is: NodeIs = {}): Node {
  const { name = 'node-a', zone, says, ago = minutes(1), annotations, ready = 'True', conditions = [], cordoned = false } = is;
  const time = new Date(NOW - ago).toISOString();
  const written = says === undefined ? {} : annotationsOf(snapshot({ time, node: name, ...says }), []);
  return {
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }) },
      annotations: { ...written, ...annotations },
    },
    spec: cordoned ? { unschedulable: true } : {},
    status: {
      conditions: [{ type: 'Ready', status: ready }, ...conditions.map((type) => ({ type, status: 'True' }))],
    },
  };
}
