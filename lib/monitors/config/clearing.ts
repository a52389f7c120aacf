import type { Duration } from '../../model/units.ts';
import { parseGoDuration, toMilliseconds } from '../time/duration.ts';
import type { Field } from './fields.ts';

/** A duration of the file, or undefined with what is wrong with it. */
export function readDuration(field: Field | undefined): Duration | undefined {
  const text = field?.text();
  if (field === undefined || text === undefined) return undefined;
  try {
    return toMilliseconds(parseGoDuration(text));
  } catch {
    return field.expected('a duration such as "30s" or "1h30m"');
  }
}

/** A condition that clears at once would never be seen. */
const SHORTEST = 60_000;

export function parseQuiet(field: Field | undefined): Duration | undefined {
  const duration = readDuration(field);
  return duration === undefined || duration >= SHORTEST ? duration : field?.expected('a duration of at least 1m');
}
