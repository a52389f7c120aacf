import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface MonitorRule {
  readonly type: string;
  readonly reason: string;
  readonly pattern: string;
  readonly condition?: string;
}

interface MonitorJson {
  readonly rules: readonly MonitorRule[];
  readonly [key: string]: unknown;
}

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/npd/config');

/** The 14 rules of node-problem-detector's kernel-monitor.json on a file, as its bench of facts has them. */
export function kernelFileMonitor(logPath: string, { rules: wanted = 14 } = {}): MonitorJson {
  const monitor = JSON.parse(readFileSync(join(FIXTURES, 'kernel-monitor.json'), 'utf8')) as MonitorJson;
  return {
    ...monitor,
    plugin: 'filelog',
    pluginConfig: { timestamp: '^.{15}', message: 'kernel: \\[ *[0-9.]+\\] (.*)', timestampFormat: 'Jan _2 15:04:05' },
    logPath,
    lookback: '5m',
    rules: [...monitor.rules, ...moreRules(wanted - monitor.rules.length)],
  };
}

const WORDS = ['device', 'controller', 'volume', 'channel', 'adapter', 'queue', 'socket', 'namespace'];
const STATES = ['timed out', 'failed', 'went away', 'was reset', 'is degraded', 'overflowed', 'lost power'];

/** Rules as people write them: a name, something that varies, and how it ends; none of the lines matches. */
function moreRules(count: number): readonly MonitorRule[] {
  return Array.from({ length: Math.max(0, count) }, (_, at) => ({
    type: 'temporary',
    reason: `Site${at}`,
    pattern: `vendor${at} ${WORDS[at % WORDS.length]} \\S+ ${STATES[at % STATES.length]}.*code \\d+`,
  }));
}
