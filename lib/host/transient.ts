import type { Bytes, Duration } from '../model/units.ts';

export interface TransientLimits {
  /** systemd ends it then, also when nobody waits for it any more. */
  readonly within: Duration;
  readonly memory?: Bytes;
  /** A name of its own: there is one of it at a time, and its control group can be found. */
  readonly unit?: string;
  /** Ended by SIGKILL, all of its control group, and left to the kernel a second later. */
  readonly killAtOnce?: boolean;
  /** How it ends is an answer to us, and none of systemd's business: each run would be three lines in the journal. */
  readonly quiet?: boolean;
}

/** systemd expands variables in a command line, and knows no way not to before 254; a doubled sign stands for itself. */
const literal = (word: string) => word.replaceAll('$', '$$$$');

function propertiesOf({ within, memory, killAtOnce, quiet }: TransientLimits): readonly string[] {
  return [
    // 0 would be for ever.
    `RuntimeMaxSec=${Math.max(1, Math.ceil(within / 1000))}`,
    // What is heavy goes before what watches.
    'OOMScoreAdjust=500',
    ...(memory === undefined ? [] : [`MemoryMax=${memory}`]),
    ...(killAtOnce === true ? ['KillSignal=SIGKILL', 'TimeoutStopSec=1'] : []),
    ...(quiet === true ? ['LogLevelMax=err'] : []),
  ];
}

/**
 * The words that run a program outside of the agent's control group and sandbox, bounded, its output and exit status handed through.
 * Needs systemd 236 and a D-Bus that answers: without one it fails at once, and nothing was started.
 */
export function asTransientUnit(argv: readonly [string, ...string[]], limits: TransientLimits): readonly [string, ...string[]] {
  const { unit } = limits;
  const options = ['--quiet', '--collect', '--wait', '--pipe', '--slice=nodemend.slice'];
  if (unit !== undefined) options.push(`--unit=${unit}`);
  const properties = propertiesOf(limits).map((property) => `--property=${property}`);
  return ['systemd-run', ...options, ...properties, '--', ...argv.map(literal)];
}

/** Begun and left alone, its output in the journal. Nothing newer than systemd 219, which has neither --wait nor --pipe nor RuntimeMaxSec=. */
export function asDetachedUnit(argv: readonly [string, ...string[]], unit: string): readonly [string, ...string[]] {
  return ['systemd-run', `--unit=${unit}`, '--slice=nodemend.slice', '--', ...argv.map(literal)];
}
