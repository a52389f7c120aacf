import { it } from 'vitest';
import { faults } from './faults.ts';

/** A test of the reliability list; its words are in faults.ts, and in docs/reliability.md. */
export function fault(id: keyof typeof faults, run: () => Promise<void>): void {
  const { fault: what, must, mustNot } = faults[id];
  it(`${id}: ${what}: ${must}; must not ${mustNot}`, run, 120_000);
}
