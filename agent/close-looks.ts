import type { Gatherer } from './gather.ts';

/**
 * A problem that is not proved to be gone is looked for as closely as when it was found: what was read only because something was
 * wrong would else no longer be read, and nobody could tell.
 */
export function lookClosely(gathered: Gatherer, isClearing: (check: string) => boolean): Gatherer {
  const { look } = gathered;
  if (look === undefined) return gathered;
  return {
    ...gathered,
    look(check) {
      const ofCheck = look(check);
      return { ...ofCheck, end: (troubled) => ofCheck.end(troubled || isClearing(check)) };
    },
  };
}
