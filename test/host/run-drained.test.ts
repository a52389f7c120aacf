import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runDrained } from '../../lib/host/run-drained.ts';

const sh = (script: string, deadline = 10_000) => runDrained(['/bin/sh', '-c', script], { deadline, maxBytes: 16 });

describe('runDrained', () => {
  it.each([
    ['its status', 'echo fine; exit 3', { kind: 'exited', code: 3, stdout: 'fine\n' }],
    ['its complaints', 'echo bad >&2', { kind: 'exited', code: 0, stdout: '', stderr: 'bad\n' }],
    ['the signal that ended it', 'kill -9 $$', { kind: 'signalled', signal: 'SIGKILL' }],
    ['the first bytes of very many', 'head -c 50000000 /dev/zero | tr "\\0" x; exit 1', { code: 1, stdout: 'x'.repeat(16) }],
  ])('tells %s', async (_, script, expected) => {
    expect(await sh(script)).toMatchObject(expected);
  });

  it('says why a program did not start', async () => {
    expect(await runDrained(['/nowhere'], { deadline: 1000, maxBytes: 1 })).toEqual({
      kind: 'not-started',
      why: expect.stringContaining('ENOENT'),
    });
  });

  it('does not wait for a child that left with its output', async () => {
    const script = 'setsid sh -c "sleep 60" & echo $!';

    const run = await sh(script, 50_000);
    const pid = Number('stdout' in run ? run.stdout : 0);

    expect(run).toMatchObject({ kind: 'exited', code: 0 });
    process.kill(pid, 'SIGKILL');
  });

  it('kills the whole group at the deadline, and keeps what was said until then', async () => {
    const run = await sh('trap "" TERM INT; echo $$; sleep 60 & wait', 300);

    expect(run).toMatchObject({ kind: 'timed-out', stdout: expect.stringMatching(/^\d+\n$/) });
    const group = Number('stdout' in run ? run.stdout : 0);
    await expect.poll(() => livingOf(group)).toEqual([]);
  });
});

/** Those of the group that are more than a line in the table. */
function livingOf(group: number): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat.split(' ')[2] === String(group) && !stat.startsWith('Z'));
}

/** From the state on. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '');
  } catch {
    return '';
  }
}
