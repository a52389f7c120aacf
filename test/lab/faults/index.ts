import type { Fault } from '../fault.ts';

/** Every fault that `lab break` knows, alphabetically. */
export const faults: readonly Fault[] = [];
