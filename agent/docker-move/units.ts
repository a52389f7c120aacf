import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostView } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { readUnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { removeDurably, writeDurably } from './durable.ts';
import { lastLine, must } from './must.ts';
import { MoveFailure, type MoveNode } from './node.ts';

/** In /run: a reboot lifts it, so that a move which nobody goes on with does not keep a node down. */
const holdFile = (unit: string) => `/run/systemd/system/${unit}.d/zz-nodemend-hold.conf`;

/** A condition that never holds, with a name that tells in `systemctl status` what it waits for. A unit of /etc cannot be masked in /run. */
const HOLD = `# nodemend docker migrate-data is at work; it takes this file away, and so does a reboot.
[Unit]
ConditionPathExists=/nodemend-docker-migrate-data-is-over
`;

const START = minutes(6);
/** TimeoutStopSec, 90 s by default, and then SIGKILL by systemd. */
const STOP = minutes(4);

const systemctl = (host: HostView, words: readonly string[], deadline = seconds(30)) =>
  must(host, ['systemctl', '--no-ask-password', '--no-pager', ...words], deadline);

async function stateOf(host: HostView, unit: string): Promise<string> {
  const answer = await readUnitProperties(host, [unit], ['ActiveState']);
  if (answer.kind !== 'units') throw new MoveFailure(answer.why);
  return answer.units[0]?.ActiveState ?? '';
}

/** The line of its log that says why, as dockerd and the kubelet write it. */
async function lastWords(host: HostView, unit: string): Promise<string> {
  const log = await must(host, ['journalctl', '-u', unit, '-n', '40', '-o', 'cat', '--no-pager'], seconds(10)).catch(() => '');
  const lines = log.split('\n');
  const reason = lines.findLast((line) => /failed to start daemon|level=fatal|unable to configure|^F\d{4}/.test(line));
  return lastLine(reason ?? lines.findLast((line) => line.trim() !== '') ?? '');
}

function dropDirectory(file: string): void {
  try {
    rmdirSync(dirname(file));
  } catch {
    // Others have drop-ins there.
  }
}

export function unitControl(
  host: HostView,
): Pick<MoveNode, 'hold' | 'letGo' | 'stop' | 'start' | 'isActive'> & { reload(): Promise<void> } {
  const reload = async () => void (await systemctl(host, ['daemon-reload'], minutes(1)));
  return {
    reload,
    async hold(units) {
      for (const unit of units) writeDurably(holdFile(unit), HOLD, 0o644);
      await reload();
    },
    async letGo(units) {
      for (const unit of units) {
        removeDurably(holdFile(unit));
        dropDirectory(holdFile(unit));
      }
      await reload();
    },
    async stop(unit) {
      await systemctl(host, ['stop', '--', unit], STOP);
      const state = await stateOf(host, unit);
      if (state !== 'inactive' && state !== 'failed') throw new MoveFailure(`${unit} is ${state} after a stop`);
    },
    async start(unit) {
      // Its start limit may have been used up by a start that failed.
      await systemctl(host, ['reset-failed', '--', unit]).catch(() => undefined);
      const failure = await systemctl(host, ['start', '--', unit], START).then(() => '', messageOf);
      const state = await stateOf(host, unit);
      if (failure !== '' || state !== 'active') {
        throw new MoveFailure(`${unit} is ${state} after a start: ${(await lastWords(host, unit)) || failure}`);
      }
    },
    isActive: async (unit) => (await stateOf(host, unit)) === 'active',
  };
}
