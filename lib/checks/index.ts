import type { Check } from '../model/check.ts';

/** Every check, in alphabetical order of its id. */
export const checks: readonly Check[] = [];
