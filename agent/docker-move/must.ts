import type { HostView } from '../../lib/host/host.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, MiB } from '../../lib/model/units.ts';
import { MoveFailure } from './node.ts';

/** The last line is where programs put their reason. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';

/** Runs a program that has to succeed; gives its output. */
export async function must(host: HostView, argv: readonly [string, ...string[]], deadline: Duration): Promise<string> {
  const result = await host.run(argv, { deadline, maxBytes: 16 * MiB });
  const what = argv.slice(0, 3).join(' ');
  if (result.kind === 'not-found') throw new MoveFailure(`there is no ${result.file} on this host`);
  if (result.kind === 'timed-out') throw new MoveFailure(`${what} gave no answer within ${formatDuration(result.after)}`);
  if (result.kind === 'failed') throw new MoveFailure(`${what}: ${result.code}`);
  if (result.kind === 'signalled') throw new MoveFailure(`${what} was ended by ${result.signal}`);
  if (result.code !== 0) throw new MoveFailure(`${what}: ${lastLine(result.stderr) || `exit status ${result.code}`}`);
  return result.stdout;
}
