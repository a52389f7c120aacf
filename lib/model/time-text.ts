import type { Instant } from './units.ts';

/** RFC 3339 with whole seconds, as metav1.Time has it. */
export const toSeconds = (instant: Instant): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
