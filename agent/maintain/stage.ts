import { type MaintainRecord, overruled, type Stage } from '../../lib/maintain/record.ts';
import type { MaintainHands, Overruled, Say, Stopped } from './hands.ts';

/** `record`: as the stage leaves it. `rebooting`: the host goes down, and the next boot goes on. */
export type StageEnd =
  | { readonly kind: 'next'; readonly record: MaintainRecord }
  /** `record`: what has to be remembered of the stage that stopped; absent: nothing new. */
  | (Stopped & { readonly record?: MaintainRecord })
  | Overruled
  | { readonly kind: 'waiting'; readonly why: string }
  | { readonly kind: 'interrupted' | 'rebooting' };

export interface WorkOptions {
  readonly say: Say;
  /** A stage begins. */
  enter(stage: Stage): void;
  /** Aborted when whoever asked wants it to end: at the next point from which it can go on. */
  readonly signal: AbortSignal;
}

/** Whether the node is still in our hands. Undefined: it is. */
export async function safePoint(record: MaintainRecord, hands: MaintainHands): Promise<Stopped | Overruled | undefined> {
  const seen = await hands.node(record);
  if (seen.kind === 'unseen') return { kind: 'stopped', why: `whether the node is still cordoned is not known: ${seen.why}` };
  const why = overruled(seen.kind === 'absent' ? 'absent' : seen.node, record);
  return why === undefined ? undefined : { kind: 'overruled', why };
}
