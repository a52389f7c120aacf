import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run as byExeca } from '../../lib/host/run.ts';
import { run as lean } from '../../lib/host/run-lean.ts';

const bin = (name: string) => fileURLToPath(new URL(`../fixtures/bin/${name}`, import.meta.url));

describe.each([
  ['run', byExeca],
  ['run of the daemon', lean],
])('%s', (_, run) => {
  it('gives status and both outputs', async () => {
    expect(await run([bin('exit-with'), '3', 'a b'], { deadline: 5000 })).toEqual({
      kind: 'exited',
      code: 3,
      stdout: 'a b\n',
      stderr: 'error: a b\n',
      truncated: false,
    });
  });

  it('passes words as they are, never through a shell', async () => {
    const result = await run([bin('exit-with'), '0', '$(id)', ';', '`id`', '*'], { deadline: 5000 });

    expect(result).toMatchObject({ stdout: '$(id) ; `id` *\n' });
  });

  it('ends a program that ignores SIGTERM at the deadline', async () => {
    expect(await run([bin('hang')], { deadline: 200 })).toMatchObject({ kind: 'timed-out', after: 200 });
  });

  it('bounds the output of one that never stops writing', async () => {
    const result = await run([bin('spew')], { deadline: 5000, maxBytes: 1000 });

    expect(result).toMatchObject({ kind: 'exited', truncated: true });
    if (result.kind === 'exited') expect(result.stdout.length).toBeLessThanOrEqual(1000);
  });

  it('names a program that is not there', async () => {
    expect(await run(['/nonexistent/program'], { deadline: 1000 })).toEqual({ kind: 'not-found', file: '/nonexistent/program' });
  });

  it('tells a signal from an exit', async () => {
    expect(await run(['sh', '-c', 'kill -9 $$'], { deadline: 5000 })).toMatchObject({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it('runs in the C locale, whatever the caller has', async () => {
    expect(await run(['sh', '-c', 'echo $LC_ALL'], { deadline: 5000 })).toMatchObject({ stdout: 'C\n' });
  });
});
