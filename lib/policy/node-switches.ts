import type { Instant } from '../model/units.ts';

/** What a person told this agent through its Node. */
export interface NodeSwitches {
  readonly paused?: { readonly reason: string; readonly until?: Instant };
  /** Only lowers: an annotation cannot allow what the configuration does not. */
  readonly observe: boolean;
}

const PAUSE = 'nodemend.io/pause';
const MODE = 'nodemend.io/mode';
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Somebody meant to stop us: whatever cannot be understood stops until it is taken away, but `false` and nothing at all. */
function parsePause(value: string, now: Instant): NodeSwitches['paused'] {
  const word = value.trim();
  if (word === '' || word.toLowerCase() === 'false') return undefined;
  const until = TIME.test(word) ? Date.parse(word) : Number.NaN;
  if (!Number.isNaN(until)) return until > now ? { reason: `annotation ${PAUSE}`, until } : undefined;
  const meant = word.toLowerCase() === 'true' ? '' : `=${JSON.stringify(word.slice(0, 64))}, which is neither true nor a time`;
  return { reason: `annotation ${PAUSE}${meant}` };
}

export function parseNodeSwitches(annotations: Readonly<Record<string, string>>, now: Instant): NodeSwitches {
  const paused = parsePause(annotations[PAUSE] ?? '', now);
  const observe = annotations[MODE]?.trim().toLowerCase() === 'observe';
  return { observe, ...(paused === undefined ? {} : { paused }) };
}
