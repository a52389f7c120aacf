import type { DrainSettings } from '../model/move-work.ts';
import { shortName } from '../model/short-name.ts';
import type { Duration, Instant } from '../model/units.ts';

type Labels = Readonly<Record<string, string>>;

/** Nodes with the same values of these labels are one group; a label that is not there is a value, too. */
export function groupOf(labels: Labels, { groupLabels }: Pick<DrainSettings, 'groupLabels'>): string {
  return groupLabels.map((name) => `${name}=${labels[name] ?? ''}`).join(',');
}

/** As a label selector for a list of the group's nodes. */
export function groupSelector(labels: Labels, { groupLabels }: Pick<DrainSettings, 'groupLabels'>): string {
  return groupLabels.map((name) => (labels[name] === undefined ? `!${name}` : `${name}=${labels[name]}`)).join(',');
}

/** Of all Leases of the fleet those whose name begins so are of no node: when a group's last drain began. */
const BUFFER_LEASE = 'drain-buffer';
export const bufferLease = (group: string): string => (group === '' ? BUFFER_LEASE : `${BUFFER_LEASE}.${shortName(group)}`);

/** The last start of a drain that a group's Lease tells of. */
export interface LastStart {
  readonly at: Instant;
  readonly node: string;
  readonly action: string;
}

/** A start that lies ahead was written by a clock that is wrong: it holds nobody for longer than the buffer. */
export function earliest(last: LastStart | undefined, buffer: Duration, now: Instant): Instant {
  return last === undefined ? now : Math.min(last.at, now) + buffer;
}
