import * as z from 'zod/mini';
import { parseCron } from '../model/cron.ts';
import { minutes, seconds } from '../model/units.ts';
import { blockers } from './blockers.ts';
import { duration, flag, isTimeZone, key, known, section, share } from './values.ts';

const window = () =>
  section({
    cron: known('five fields as in crontab(5), such as "0 2 * * sat"', (given) => parseCron(given) !== undefined),
    duration: duration(minutes(1), minutes(7 * 24 * 60)),
    timeZone: key(known('a time zone such as "Europe/Berlin"', isTimeZone), 'UTC', 'zone of the tz database'),
  });

const fleet = () =>
  section({
    maxConcurrent: key(share(), 1, 'nodes of the cluster in a disruptive remedy at one time: a number or a percentage'),
    perZone: key(share(), 1, 'the same within one zone'),
  });

const breaker = () =>
  section({
    unhealthy: key(share(1), 'max(2, 30%)', 'other nodes with trouble: then the detector or the control plane is the suspect'),
    sameReason: key(share(1), 'max(5, 2%)', 'other nodes with the same reason'),
    within: key(duration(seconds(1)), '10m', 'the time in which they are counted'),
  });

const controlPlane = () =>
  section({
    allow: key(
      flag(),
      false,
      'disruptive remedies on a host with etcd or kube-apiserver, one at a time and with etcd quorum proved',
    ),
  });

/** What keeps remedies from acting now. */
export const guardsSection = () =>
  section({
    blockers: key(blockers(), {}, 'what else keeps disruptive remedies and `maintain` from beginning'),
    windows: key(z.array(window(), { error: 'a list of windows' }), [], 'when disruptive remedies may run; none: always'),
    fleet: key(fleet(), {}, 'how many nodes at one time'),
    breaker: key(breaker(), {}, 'when all remedies stop'),
    controlPlane: key(controlPlane(), {}, 'hosts of the control plane'),
  });
