/** The agent's log monitors alone, on the files of one directory, until they are told to end or killed. */
import { openMonitors } from '../../../agent/monitors/monitors.ts';
import { localHost } from '../../../lib/host/local.ts';
import { bootClock } from '../../../lib/ledger/clock.ts';
import type { Log } from '../../../lib/reporters/log.ts';

const [, , directory = ''] = process.argv;
const say = (level: string) => (fields: object, message?: string) =>
  process.stderr.write(`${new Date().toISOString()} ${process.pid} ${level} ${message} ${JSON.stringify(fields)}\n`);
const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };

const nobody = async () => ({ kind: 'missing' }) as const;
const cluster = { apiGet: nobody, trustedGet: nobody, clusterIdentity: async () => ({ kind: 'none', reason: '' }) as const };

const ended = new AbortController();
process.on('SIGTERM', () => ended.abort());
const monitors = await openMonitors({
  host: localHost(cluster, nobody),
  config: { directory: `${directory}/monitors`, defaults: false },
  statePath: `${directory}/state/monitors.json`,
  moment: bootClock(),
  log,
  kernelTime: () => performance.now(),
});
process.stdout.write('ready\n');
await monitors.run({ say: ({ reason }) => process.stdout.write(`${reason}\n`), changed: () => undefined }, ended.signal);
process.exit(0);
