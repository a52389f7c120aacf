import type { Bytes, Duration } from '../model/units.ts';

export interface TransientLimits {
  /** systemd ends it then, also when nobody waits for it any more. */
  readonly within: Duration;
  readonly memory?: Bytes;
}

/**
 * The words that run a program outside of the agent's control group and sandbox, bounded, its output and exit status handed through.
 * Needs systemd 236 and a D-Bus that answers: without one it fails at once, and nothing was started.
 */
export function asTransientUnit(argv: readonly [string, ...string[]], limits: TransientLimits): readonly [string, ...string[]] {
  const properties = [
    `RuntimeMaxSec=${Math.ceil(limits.within / 1000)}`,
    // What is heavy goes before what watches.
    'OOMScoreAdjust=500',
    ...(limits.memory === undefined ? [] : [`MemoryMax=${limits.memory}`]),
  ];
  const options = ['--quiet', '--collect', '--wait', '--pipe', '--slice=nodemend.slice'];
  return ['systemd-run', ...options, ...properties.map((property) => `--property=${property}`), '--', ...argv];
}
