import type { Dir } from 'node:fs';
import type { Entry } from '../../lib/disk/tree.ts';

export interface Pending {
  readonly path: string;
  readonly entry: Entry;
  readonly depth: number;
  /** Entries that are read in one turn. */
  readonly slice: number;
  /** It was begun, and there is more in it. */
  readonly begun?: Dir;
}

/** Directories at this depth and above are read first; then those below each of them in turn, so that one of them cannot use up all the time. */
const LANES_FROM = 3;
const MOST_LANES = 256;

/** The queue of a walk: upper directories first, then round and round between what lies below. */
export function openQueue() {
  const upper: Pending[] = [];
  const lanes: Pending[][] = [];
  let [turn, more] = [0, 0];
  return {
    add(pending: Pending, lane: Pending[] | undefined): void {
      if (pending.depth < LANES_FROM && pending.begun === undefined) upper.push(pending);
      else if (lane === undefined && lanes.length < MOST_LANES) lanes.push([pending]);
      else {
        more += 1;
        (lane ?? lanes[more % lanes.length])?.push(pending);
      }
    },
    next(): { readonly pending: Pending; readonly lane: Pending[] | undefined } | undefined {
      const first = upper.shift();
      if (first !== undefined) return { pending: first, lane: undefined };
      for (let left = lanes.length; left > 0; left -= 1) {
        turn = (turn + 1) % lanes.length;
        const lane = lanes[turn];
        const pending = lane?.pop();
        if (pending !== undefined) return { pending, lane };
        lanes.splice(turn, 1);
        turn -= 1;
      }
      return undefined;
    },
  };
}
