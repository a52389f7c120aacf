import { type Duration, minutes } from '../../lib/model/units.ts';
import { PHASES, type Phase } from './virtual-node.ts';

export const BUCKET = minutes(1);

export interface Counters {
  reportWrites: number;
  leaseWrites: number;
  leaseLists: number;
  failed: number;
  begun: number;
  begunDisruptive: number;
  cured: number;
  healed: number;
  givenUp: number;
  heldByBreaker: number;
  heldByBudget: number;
  /** Nodes that waited for their turn and got it, and how long together. */
  turns: number;
  waited: Duration;
}

export interface Sample extends Counters {
  readonly at: Duration;
  readonly phases: Readonly<Record<Phase, number>>;
  readonly disruptive: number;
}

/** What is counted minute by minute, and how many nodes are in which phase at its end. */
export interface Tally {
  readonly now: Counters;
  readonly phases: Record<Phase, number>;
  readonly samples: Sample[];
  /** The longest that one node waited for its turn. */
  longest: Duration;
  move(from: Phase, to: Phase): void;
  sample(at: Duration, disruptive: number): void;
}

const none = (): Counters => ({
  reportWrites: 0,
  leaseWrites: 0,
  leaseLists: 0,
  failed: 0,
  begun: 0,
  begunDisruptive: 0,
  cured: 0,
  healed: 0,
  givenUp: 0,
  heldByBreaker: 0,
  heldByBudget: 0,
  turns: 0,
  waited: 0,
});

export function tally(nodes: number): Tally {
  const phases = Object.fromEntries(PHASES.map((phase) => [phase, phase === 'healthy' ? nodes : 0])) as Record<Phase, number>;
  const samples: Sample[] = [];
  const now = none();
  return {
    now,
    phases,
    samples,
    longest: 0,
    move(from, to) {
      phases[from]--;
      phases[to]++;
    },
    sample(at, disruptive) {
      samples.push({ ...now, at, phases: { ...phases }, disruptive });
      Object.assign(now, none());
    },
  };
}

export function totals(samples: readonly Sample[]): Counters {
  const sum = none();
  for (const sample of samples) {
    for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += sample[name];
  }
  return sum;
}
