import { describe, expect, it } from 'vitest';
import { follow } from '../../lib/host/follow.ts';

function heard(argv: readonly [string, ...string[]]): Promise<{ text: string; why: string }> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; why: string }>();
  let text = '';
  follow(argv, {
    onBytes(bytes) {
      text += Buffer.from(bytes).toString('latin1');
    },
    onEnd: (why) => resolve({ text, why }),
  });
  return promise;
}

describe('a program that is followed', () => {
  it.each<[string, readonly [string, ...string[]], string, string]>([
    ['its words come before its end', ['printf', 'a\\nb\\n'], 'a\nb\n', 'printf ended with status 0'],
    ['its complaint is why it ended', ['cat', '/nonexistent/kmsg'], '', 'cat: /nonexistent/kmsg: No such file or directory'],
    ['it may not exist', ['no-such-program-here'], '', 'spawn no-such-program-here ENOENT'],
  ])('%s', async (_, argv, text, why) => {
    expect(await heard(argv)).toEqual({ text, why });
  });

  it('is ended, and heard no more', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const ends: string[] = [];
    const following = follow(['sh', '-c', 'echo $$; exec sleep 600'], {
      onBytes: (bytes) => resolve(Number(Buffer.from(bytes).toString())),
      onEnd: (why) => ends.push(why),
    });
    const pid = await promise;

    following.stop();

    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(ends).toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
