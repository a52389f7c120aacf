import { parseStopWord } from '../model/stop-word.ts';
import type { Instant } from '../model/units.ts';

/** What a person told this agent through its Node. */
export interface NodeSwitches {
  readonly paused?: { readonly reason: string; readonly until?: Instant };
  /** Only lowers: an annotation cannot allow what the configuration does not. */
  readonly observe: boolean;
}

const PAUSE = 'nodemend.io/pause';
const MODE = 'nodemend.io/mode';

function parsePause(value: string | undefined, now: Instant): NodeSwitches['paused'] {
  const stop = parseStopWord(value, now);
  if (stop === undefined) return undefined;
  const { text, until } = stop;
  if (until !== undefined) return { reason: `annotation ${PAUSE}`, until };
  const meant = text.toLowerCase() === 'true' ? '' : `=${JSON.stringify(text.slice(0, 64))}, which is neither true nor a time`;
  return { reason: `annotation ${PAUSE}${meant}` };
}

export function parseNodeSwitches(annotations: Readonly<Record<string, string>>, now: Instant): NodeSwitches {
  const paused = parsePause(annotations[PAUSE], now);
  const observe = annotations[MODE]?.trim().toLowerCase() === 'observe';
  return { observe, ...(paused === undefined ? {} : { paused }) };
}
