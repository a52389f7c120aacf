/** Pods that the same budget refused, one behind the other. */
interface Gate {
  /** In a row, of those whose turn it was. */
  refusals: number;
  /** The last one was let through: the next need not wait. */
  open: boolean;
  held: boolean;
  readonly queue: (() => void)[];
}

/**
 * Whoever was refused by a budget waits for its turn to ask again: one request every few seconds for each budget, however many pods
 * it holds. Once one is let through, the next asks at once; one that is refused again goes to the end of the queue.
 */
export interface Turns {
  take(key: string): Promise<void>;
  isOpen(key: string): boolean;
  /** Refusals in a row. */
  refusals(key: string): number;
  /** Of the pod whose turn it was. */
  leave(key: string, was: 'granted' | 'refused'): void;
}

export function budgetTurns(): Turns {
  const gates = new Map<string, Gate>();
  const gateOf = (key: string): Gate => {
    const gate = gates.get(key) ?? { refusals: 0, open: false, held: false, queue: [] };
    gates.set(key, gate);
    return gate;
  };
  return {
    async take(key) {
      const gate = gateOf(key);
      if (gate.held) await new Promise<void>((resolve) => gate.queue.push(resolve));
      gate.held = true;
    },
    isOpen: (key) => gateOf(key).open,
    refusals: (key) => gateOf(key).refusals,
    leave(key, was) {
      const gate = gateOf(key);
      gate.open = was === 'granted';
      gate.refusals = was === 'granted' ? 0 : gate.refusals + 1;
      const next = gate.queue.shift();
      if (next === undefined) gate.held = false;
      else next();
    },
  };
}
