import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectServiceManager, type NotifyOptions, takeServiceEnvironment } from '../../lib/host/notify.ts';

const bin = fileURLToPath(new URL('../fixtures/bin', import.meta.url));
const path = `${bin}:${process.env.PATH}`;

let directory: string;
let socket: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nodemend-notify-'));
  socket = join(directory, 'notify');
});
afterEach(() => rmSync(directory, { recursive: true }));

const heard = (): string[] => readFileSync(socket, 'utf8').trimEnd().split('\n');

/** Lets the watch sleep `times` times, then ends it; `slept` gets each length. */
function sleeps(times: number, slept: number[] = []) {
  const ending = new AbortController();
  const sleep = async (duration: number): Promise<void> => {
    slept.push(duration);
    if (slept.length > times) ending.abort();
  };
  return { clock: { sleep }, signal: ending.signal };
}

const connect = (options: Partial<NotifyOptions> = {}, watchdog?: number) =>
  connectServiceManager(
    { socket, path, ...(watchdog === undefined ? {} : { watchdog }) },
    { clock: { sleep: async () => undefined }, ...options },
  );

describe('takeServiceEnvironment', () => {
  it.each([
    [
      'a watched service',
      { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '120000000', WATCHDOG_PID: '7' },
      { socket: '/run/n', watchdog: 120_000 },
    ],
    ['a watchdog without a process', { NOTIFY_SOCKET: '@n', WATCHDOG_USEC: '1000000' }, { socket: '@n', watchdog: 1000 }],
    [
      'the watchdog of another process',
      { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '1000', WATCHDOG_PID: '8' },
      { socket: '/run/n' },
    ],
    ['nonsense', { NOTIFY_SOCKET: '', WATCHDOG_USEC: 'soon' }, {}],
    ['no service manager', {}, {}],
  ])('reads %s, and leaves nothing for children', (_, given, expected) => {
    const environment: Record<string, string | undefined> = { ...given, PATH: '/bin', HOME: '/root' };

    expect(takeServiceEnvironment(environment, 7)).toEqual({ path: '/bin', ...expected });
    expect(environment).toEqual({ PATH: '/bin', HOME: '/root' });
  });
});

describe('connectServiceManager', () => {
  it('says each state once, with its line', async () => {
    const manager = connect();

    expect(await manager.ready('watching')).toBe(true);
    expect(await manager.reloading()).toBe(true);
    expect(await manager.ready('watching')).toBe(true);
    expect(await manager.stopping('stopped by SIGTERM')).toBe(true);

    expect(heard()).toEqual(['READY=1 STATUS=watching', 'RELOADING=1', 'READY=1', 'STOPPING=1 STATUS=stopped by SIGTERM']);
  });

  it('pings in good time before systemd loses patience, with the newest line once', async () => {
    const slept: number[] = [];
    const { clock, signal } = sleeps(3, slept);
    const manager = connect({ clock }, 120_000);
    manager.status('old');
    manager.status('2 problems');

    await manager.watch(() => true, signal);

    expect(slept).toEqual([75_000, 75_000, 75_000, 75_000]);
    expect(heard()).toEqual(['WATCHDOG=1 STATUS=2 problems', 'WATCHDOG=1', 'WATCHDOG=1']);
  });

  it('does not ping for a loop that hangs', async () => {
    const answers = [true, false, false];
    const { clock, signal } = sleeps(3);

    await connect({ clock }, 120_000).watch(() => answers.shift() ?? false, signal);

    expect(heard()).toEqual(['WATCHDOG=1']);
  });

  it('keeps a message in one datagram and one line', async () => {
    await connect().ready(`a\nWATCHDOG=trigger\r\n\tb${'x'.repeat(500)}`);

    expect(heard()).toEqual([`READY=1 STATUS=${`a WATCHDOG=trigger b${'x'.repeat(500)}`.slice(0, 200)}`]);
  });

  it('repeats a line that was not heard, and goes on after a failure', async () => {
    const slept: number[] = [];
    const { clock, signal } = sleeps(2, slept);
    const manager = connect({ clock }, 2400);

    expect(await manager.ready('fail')).toBe(false);
    await manager.watch(() => true, signal);

    expect(slept).toEqual([1500, 200, 200]);
    expect(heard()).toEqual(['READY=1 STATUS=fail', 'WATCHDOG=1 STATUS=fail', 'WATCHDOG=1 STATUS=fail']);
  });

  it('gives a program that hangs up at the deadline, and never starts two at once', async () => {
    const manager = connect({ deadline: 300 });

    const answers = await Promise.all([manager.ready('hang'), manager.reloading()]);

    expect(answers).toEqual([false, true]);
    expect(heard()).toEqual(['READY=1 STATUS=hang', 'RELOADING=1']);
  });

  it('says that nobody heard where the program is missing', async () => {
    expect(await connect({ program: 'nodemend-no-such-program' }).ready('x')).toBe(false);
  });

  it('neither speaks nor waits without a service manager', async () => {
    const manager = connectServiceManager({ path }, { clock: { sleep: () => new Promise(() => undefined) } });

    expect(await manager.ready('x')).toBe(false);
    await manager.watch(() => true, new AbortController().signal);
    expect(() => heard()).toThrow('ENOENT');
  });
});
