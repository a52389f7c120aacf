import type * as z from 'zod/mini';
import { array } from 'zod/mini';
import { minutes, seconds } from '../model/units.ts';
import { cordonOptions, drainOptions } from './drain-options.ts';
import { absolutePath, bytes, count, duration, flag, key, section, text } from './values.ts';

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

const inhibitors = key(
  section({
    files: key(
      array(absolutePath(), { error: 'a list of absolute paths' }),
      ['/etc/nodemend/no-reboot'],
      'the host is not rebooted while one of them exists',
    ),
    users: key(flag(), false, 'the host is not rebooted while somebody is logged in'),
  }),
  {},
  "what keeps a host from its reboot, beside the Node's annotation nodemend.io/no-reboot and block locks of systemd-logind",
);

const validation = key(
  section({
    stable: key(duration(), '2m', 'runtime, kubelet, Node and the check that failed are well for so long, without a break'),
    within: key(
      duration(minutes(1)),
      '15m',
      'from the first look after the boot; then it has failed, and the node stays cordoned',
    ),
  }),
  {},
  'what is proved after the boot, before pods come back and before another node may begin',
);

const reboot = {
  attempts: key(count(1), 3, 'refusals of the last look included; one that was carried out is not repeated in its incident'),
  per: key(duration(seconds(1)), '24h', 'a host that reboots several times a day needs a person'),
  within: key(duration(minutes(1)), '10m', 'a host that has not gone down by then is said, and left alone'),
  inhibitors,
  validation,
};

/** Keys that one remedy alone has. */
export const remedyOptions: Readonly<Record<string, Readonly<Record<string, z.core.$ZodType>>>> = {
  cordon: cordonOptions,
  drain: drainOptions,
  reboot,
  'reclaim-disk': { steps },
  'set-eviction-hard': { floors },
};
