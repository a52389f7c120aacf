import type { NodeInTrouble, SeenFleet } from '../../lib/model/fleet.ts';
import { minutes } from '../../lib/model/units.ts';

export const NOW = Date.parse('2026-01-01T12:00:00Z');

export const other = (node: string, changes: Partial<NodeInTrouble> = {}): NodeInTrouble => ({
  node,
  reason: 'DockerHung',
  zone: 'a',
  since: NOW - minutes(1),
  seenAt: NOW - minutes(1),
  controlPlane: false,
  ...changes,
});

export const others = (count: number, changes: Partial<NodeInTrouble> = {}): readonly NodeInTrouble[] =>
  Array.from({ length: count }, (_, at) => other(`n${at + 1}`, changes));

export const seen = (nodes: readonly NodeInTrouble[], changes: Partial<SeenFleet> = {}): SeenFleet => ({
  kind: 'seen',
  at: NOW,
  others: nodes,
  complete: true,
  zone: 'a',
  controlPlane: false,
  ...changes,
});
