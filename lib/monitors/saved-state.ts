import { isObject } from '../model/json.ts';
import { type Claim, RECHECKS } from './conditions/claim.ts';
import type { FollowerState } from './lines/follower-state.ts';
import type { EngineState } from './log-engine.ts';

/** Where the sources stand, and what follows from the lines before: written as one, so that both always belong together. */
export interface SavedState {
  /** /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** Sequence number of the last record of /dev/kmsg; of this boot. */
  readonly kmsg?: number;
  /** By what was selected: a journal's directory and identifier. */
  readonly journals: Readonly<Record<string, string>>;
  /** By path. */
  readonly files: Readonly<Record<string, FollowerState>>;
  /** By monitor file. */
  readonly engines: Readonly<Record<string, EngineState>>;
  readonly claims: readonly Claim[];
}

const VERSION = 1;

export const encodeState = (state: SavedState): string => `${JSON.stringify({ version: VERSION, ...state })}\n`;

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => Number.isFinite(value);
const truth: Shape = (value) => typeof value === 'boolean';
const list =
  (item: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(item);
const map =
  (item: Shape): Shape =>
  (value) =>
    isObject(value) && Object.values(value).every(item);
const object =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, member]) => member(value[name]));
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const oneOf =
  (...words: readonly unknown[]): Shape =>
  (value) =>
    words.includes(value);

const position = object({ path: optional(text), device: number, inode: number, offset: number, tail: text, inLongLine: truth });

const claim = object({
  monitor: text,
  type: text,
  reason: text,
  subject: text,
  message: text,
  severity: oneOf('notice', 'warning', 'critical'),
  since: number,
  seen: number,
  trusted: truth,
  clearing: object({ quietPeriod: number, recheck: optional(oneOf(...RECHECKS)) }),
});

const saved = object({
  version: oneOf(VERSION),
  boot: text,
  kmsg: optional(number),
  journals: map(text),
  files: map(object({ files: list(position), heads: list(text), done: list(position) })),
  engines: map(
    object({
      counters: map(number),
      lines: list(object({ message: text, time: number, trusted: truth })),
      counted: optional(map(list(object({ time: number, value: number })))),
    }),
  ),
  claims: list(claim),
});

/** What was saved, or undefined when it is damaged or another version's: then everything begins anew, as on a new node. */
export function decodeState(content: string): SavedState | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return saved(value) ? (value as SavedState) : undefined;
  } catch {
    return undefined;
  }
}

/** What still holds in this boot. A reboot ends what the kernel said, and counters begin anew as those of any process do. */
export function stateForBoot(state: SavedState, boot: string, kernelMonitors: ReadonlySet<string>): SavedState {
  if (state.boot === boot) return state;
  const { kmsg: _, ...rest } = state;
  return { ...rest, boot, engines: {}, claims: state.claims.filter(({ monitor }) => !kernelMonitors.has(monitor)) };
}
