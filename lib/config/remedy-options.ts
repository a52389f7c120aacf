import type * as z from 'zod/mini';
import { array } from 'zod/mini';
import { absolutePath, bytes, duration, flag, key, section, text } from './values.ts';

/** Memory that is short is not cured by a threshold. */
const FLOORED = ['nodefs.available', 'nodefs.inodesFree', 'imagefs.available', 'imagefs.inodesFree'] as const;

const enabled = () => key(flag(), false, 'each step waits for a word of its own');

/** Something that goes by its age. */
const aged = (age: string, description: string, why: string) =>
  key(section({ enabled: enabled(), olderThan: key(duration(), age, why) }), {}, description);

const cores = key(
  section({
    enabled: enabled(),
    olderThan: key(duration(), '24h', 'a day to look at one'),
    directories: key(
      array(absolutePath(), { error: 'a list of absolute paths' }),
      [],
      'more directories of dumps; /var/lib/systemd/coredump is always one',
    ),
  }),
  {},
  'core dumps that nobody has open',
);

const journal = key(
  section({
    enabled: enabled(),
    keep: key(bytes(), '500Mi', 'archived files of /var/log/journal are removed until this is left of them'),
  }),
  {},
  "the journal's archived files, by journalctl --vacuum-size",
);

const steps = key(
  section({
    cores,
    logs: aged('168h', 'rotated logs below /var/log that nobody has open; never those of containers', 'a week of history stays'),
    journal,
    containers: aged('1h', 'exited containers whose pods this node no longer knows', 'time to read the logs of one'),
    images: aged(
      '24h',
      "images of no container and no pod of this node, by the runtime's API",
      'counted from their arrival on this node',
    ),
  }),
  {},
  'what it may remove, in this order, until there is room again',
);

const floor = () =>
  key(
    text('a threshold such as "5%" or "500Mi", or "" for none', /^(|\d+(\.\d+)?(%|[kMGT]|[KMGT]i)?)$/),
    '',
    'the least it may become; "": it stays as it is',
  );

const floors = key(
  section(Object.fromEntries(FLOORED.map((signal) => [signal, floor()]))),
  {},
  'hard thresholds are lowered no further than this, each signal only if it has one',
);

/** Keys that one remedy alone has. */
export const remedyOptions: Readonly<Record<string, Readonly<Record<string, z.core.$ZodType>>>> = {
  'reclaim-disk': { steps },
  'set-eviction-hard': { floors },
};
