import type { HostView, RunResult } from '../../lib/host/host.ts';
import type { Duration } from '../../lib/model/units.ts';
import { ownProgram } from '../own-program.ts';

const PROGRAM = ownProgram('disk', 'disk.cjs');

/** Words that start the program of this folder with the runtime that runs us. */
export const diskProgram = (what: string, request: object): readonly [string, ...string[]] => [
  process.execPath,
  '--max-old-space-size=160',
  PROGRAM,
  what,
  JSON.stringify(request),
];

/** As a child that gets of disk and processor what nobody else wants. ionice is util-linux's: where it lacks, nice has to do. */
export async function runIdle(host: HostView, argv: readonly [string, ...string[]], deadline: Duration): Promise<RunResult> {
  const result = await host.run(['ionice', '-c', '3', ...argv], { deadline });
  return result.kind === 'not-found' ? await host.run(argv, { deadline }) : result;
}

/** What the program said, or why it said nothing: a sentence fragment. */
export function saidBy<Answer>(result: RunResult): Answer | string {
  if (result.kind === 'timed-out') return `it did not end within ${Math.round(result.after / 1000)} s`;
  if (result.kind !== 'exited') return result.kind === 'failed' ? result.code : result.kind;
  try {
    return result.code === 0 ? (JSON.parse(result.stdout) as Answer) : lastLine(result.stderr, result.code);
  } catch {
    return 'its answer is no JSON';
  }
}

const lastLine = (stderr: string, code: number): string =>
  stderr
    .trim()
    .split('\n')
    .findLast((line) => /Error|rror:/.test(line))
    ?.slice(0, 200) ?? `exit status ${code}`;
