import { printable } from './printable.ts';
import { toSeconds } from './time-text.ts';
import type { Instant } from './units.ts';

/** On a Node that we cordoned; without it, a cordon is somebody else's. */
export const CORDONED_BY = 'nodemend.io/cordoned-by';

export interface CordonOwner {
  /** `person`: typed a command; the agent leaves such a cordon alone. */
  readonly kind: 'agent' | 'person';
  /** `root on web-1 with nodemend drain`; the agent's reason. */
  readonly who: string;
  readonly at: Instant;
}

export function formatOwner({ kind, who, at }: CordonOwner): string {
  return `${kind}: ${printable(who, 200)}, ${toSeconds(at)}`;
}

/** Undefined: nobody of ours, or a text that another wrote there. */
export function parseOwner(text: string | undefined): CordonOwner | undefined {
  const match = /^(agent|person): (.{1,300}), (\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(text ?? '');
  const at = Date.parse(match?.[3] ?? '');
  if (match === null || Number.isNaN(at)) return undefined;
  return { kind: match[1] === 'agent' ? 'agent' : 'person', who: match[2] ?? '', at };
}
