import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Monitors, openMonitors } from '../../../agent/monitors/monitors.ts';
import type { FollowListener } from '../../../lib/host/follow.ts';
import type { Clock, HostView } from '../../../lib/host/host.ts';
import type { EventRecord } from '../../../lib/reporters/event-records.ts';
import { fakeNode } from '../../fakes/node.ts';

const FILE = '/etc/nodemend/monitors/a.json';
const STATE = '/state/monitors.json';
const above = Object.fromEntries(['/', '/etc', '/etc/nodemend'].map((path) => [path, { is: 'directory', mode: 0o755 }] as const));
/** Somebody writes the journal. */
const JOURNALD = {
  '/sys/fs/cgroup/system.slice/systemd-journald.service/cgroup.procs': '77\n',
  '/proc/77/stat': '77 (systemd-journal) S 1 77 77 0 -1 0',
};
const own = { uid: 0, mode: 0o644, is: 'file' } as const;

let folder = '';
let log = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nodemend-logs-'));
  log = join(folder, 'app.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The system's clock, but for pauses, which are all short. */
const hasty: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep(duration, signal) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(duration, 30));
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
    return promise;
  },
  alarm(after, ring) {
    const timer = setTimeout(ring, Math.min(after, 30));
    return () => clearTimeout(timer);
  },
};

interface Life {
  readonly monitors: Monitors;
  readonly events: readonly EventRecord[];
  readonly warnings: readonly string[];
  /** What journalctl says. */
  readonly journal: readonly { readonly argv: readonly string[]; readonly listener: FollowListener }[];
  count(reason: string): number | undefined;
  saved(): string | undefined;
  /** As SIGKILL leaves it: what was written until now. */
  kill(): Promise<string | undefined>;
}

async function live(monitor: object, saved?: string, defaults = false, reader = 'S'): Promise<Life> {
  const [events, warnings, journal]: [EventRecord[], string[], { argv: readonly string[]; listener: FollowListener }[]] = [
    [],
    [],
    [],
  ];
  const stop = new AbortController();
  let written = saved;
  const base = fakeNode({
    directories: { '/etc/nodemend/monitors': ['a.json'] },
    files: {
      ...JOURNALD,
      '/proc/88/stat': `88 (journalctl) ${reader} 1 88 88 0 -1 0`,
      [FILE]: JSON.stringify(monitor),
      ...(saved === undefined ? {} : { [STATE]: saved }),
    },
    status: { ...above, '/etc/nodemend/monitors': { ...own, is: 'directory', mode: 0o755 }, [FILE]: own },
  });
  const host: HostView = { ...base, clock: hasty };
  const warn = (fields: object, message: string) => warnings.push(`${message}: ${JSON.stringify(fields)}`);
  const monitors = await openMonitors({
    host,
    config: { directory: '/etc/nodemend/monitors', defaults },
    statePath: STATE,
    moment: () => ({ at: Date.now(), boot: 'b1', up: 3_600_000 }),
    log: { info: () => undefined, warn, error: warn } as never,
    kernelTime: () => 3_600_000,
    follow(argv, listener) {
      if (argv[0] === 'journalctl') journal.push({ argv, listener });
      return { pid: 88, stop: () => undefined };
    },
    async write({ text }) {
      if (!stop.signal.aborted) written = text;
      return { kind: 'done' };
    },
  });
  const ended = monitors.run({ say: (event) => events.push(event), changed: () => undefined }, stop.signal);
  return {
    monitors,
    events,
    warnings,
    journal,
    saved: () => written,
    count: (reason) => monitors.figures().counters.get(reason),
    async kill() {
      const left = written;
      stop.abort();
      await ended;
      return left;
    },
  };
}

const fileMonitor = () => ({
  plugin: 'filelog',
  source: 'app-monitor',
  logPath: log,
  lookback: '5m',
  pluginConfig: { timestamp: '^\\S+', message: '^\\S+ (.*)', timestampFormat: '2006-01-02T15:04:05.999Z07:00' },
  conditions: [{ type: 'AppBroken', reason: 'AppWorks', message: 'app works' }],
  rules: [
    { type: 'temporary', reason: 'AppCrashed', pattern: 'app crashed: .*' },
    { type: 'permanent', condition: 'AppBroken', reason: 'AppIsBroken', pattern: 'app is broken' },
  ],
});
const line = (message: string, time = Date.now()) => `${new Date(time).toISOString()} ${message}\n`;
const write = (...messages: readonly string[]) => appendFileSync(log, messages.map((one) => line(one)).join(''));
const counts = (life: Life, expected: number) => expect.poll(() => life.count('AppCrashed'), { timeout: 20_000 }).toBe(expected);
const view = ({ monitors }: Life, kind: 'filelog' | 'journald') => {
  const conditions = monitors.conditions();
  return (conditions.kind === 'agent' ? conditions.logs[kind] : undefined) ?? expect.fail(`no view of ${kind}`);
};

describe('a monitor of a file', () => {
  it('makes events, counters and conditions of its lines, and trusts none of them', async () => {
    writeFileSync(log, line('app crashed: long ago', Date.now() - 3_600_000));
    const life = await live(fileMonitor());

    write('app crashed: 1', 'nothing', 'app is broken');
    await counts(life, 1);

    expect(life.events).toMatchObject([{ type: 'Warning', reason: 'AppCrashed', message: 'app crashed: 1' }]);
    await expect
      .poll(() => view(life, 'filelog').claims)
      .toMatchObject([{ type: 'AppBroken', reason: 'AppIsBroken', trusted: false }]);
    await life.kill();
  });

  it('counts each line once, whatever rotates and whenever it is killed', async () => {
    writeFileSync(log, '');
    let life = await live(fileMonitor());
    let total = 0;
    const crash = (times: number) => write(...Array.from({ length: times }, () => `app crashed: ${++total}`));
    const rename = () => {
      renameSync(log, `${log}.1`);
      writeFileSync(log, '');
    };
    const copyTruncate = () => {
      copyFileSync(log, `${log}.1`);
      truncateSync(log);
    };
    await counts(life, 0);
    crash(3);
    await counts(life, 3);
    for (const rotate of [rename, copyTruncate, rename, copyTruncate]) {
      // That it follows the log is on disk; then it dies, wherever it is, while lines come and the log is rotated.
      await expect.poll(() => life.saved()).toBeDefined();
      const saved = await life.kill();
      crash(2);
      rotate();
      crash(2);
      life = await live(fileMonitor(), saved);
      await counts(life, total);
      crash(1);
      await counts(life, total);
    }
    await life.kill();
  });

  it('is unknown while there is no file, and reads it when it comes', async () => {
    const life = await live(fileMonitor());
    await expect.poll(() => view(life, 'filelog').state).toBe('blind');
    expect(view(life, 'filelog').why).toContain('no such file');

    write('app crashed: 1');
    await counts(life, 1);

    expect(view(life, 'filelog').state).toBe('reading');
    await life.kill();
  });

  it('takes whatever a program may write', async () => {
    writeFileSync(log, '');
    const life = await live(fileMonitor());
    await counts(life, 0);

    appendFileSync(log, Buffer.from([0, 0xff, 0xfe, 0x0a, 0x80, 0x0a]));
    appendFileSync(log, `${'x'.repeat(1_000_000)}\n`);
    write('app crashed: \u001b[2J%s%n {"a":1}', 'app crashed: \ud800 half', `app crashed: ${'y'.repeat(5000)}`);
    write(...Array.from({ length: 500 }, (_, at) => `app crashed: ${at}`));
    await counts(life, 503);

    expect(life.events.length).toBe(25);
    expect(life.events[0]?.message).toBe('app crashed: \u001b[2J%s%n {"a":1}');
    expect(Math.max(...life.events.map(({ message }) => message.length))).toBeLessThan(1000);
    expect(life.warnings).toContainEqual(expect.stringContaining('longer than 64 KiB'));
    await life.kill();
  });
});

const cursor = (number: number) => `s=abc;i=${number.toString(16)};b=def;m=1;t=${(Date.now() * 1000 + number).toString(16)};x=1`;
interface Logged {
  readonly at: number;
  readonly identifier?: string;
  readonly unit?: string;
  readonly uid?: string;
  readonly message: string;
}
const entry = ({ at, identifier = 'kubelet', unit = `${identifier}.service`, uid = '0', message }: Logged) =>
  [
    `__CURSOR=${cursor(at)}`,
    `__REALTIME_TIMESTAMP=${Date.now() * 1000}`,
    `SYSLOG_IDENTIFIER=${identifier}`,
    `_SYSTEMD_UNIT=${unit}`,
    `_UID=${uid}`,
    '_TRANSPORT=stdout',
    `MESSAGE=${message}\n\n`,
  ].join('\n');
const journalMonitor = (identifier: string, reason: string) => ({
  plugin: 'journald',
  source: 'mine',
  lookback: '5m',
  pluginConfig: { source: identifier },
  rules: [{ type: 'temporary', reason, pattern: 'it broke.*' }],
});
async function journalOf(life: Life) {
  await expect.poll(() => life.journal.length).toBe(1);
  const { argv, listener } = life.journal[0] ?? expect.fail('no journalctl');
  return {
    argv: argv.join(' '),
    async print(...all: readonly Logged[]) {
      listener.onBytes(Buffer.from(all.map(entry).join('')));
      // Longer than what is gathered.
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  };
}

describe('a monitor of the journal', () => {
  it('believes who cannot be forged, and nobody else', async () => {
    const life = await live(journalMonitor('mine', 'Mine'), undefined, true);
    const { print } = await journalOf(life);
    const expired = 'Part of the existing bootstrap client certificate in /x is expired';

    await print({ at: 1, uid: '1000', unit: 'session-1.scope', message: expired });
    expect(view(life, 'journald').claims).toMatchObject([{ reason: 'KubeletCertificateExpired', trusted: false }]);
    await print({ at: 2, message: expired });

    expect(view(life, 'journald').claims).toMatchObject([{ reason: 'KubeletCertificateExpired', trusted: true }]);
    expect(life.count('KubeletCertificateExpired')).toBe(1);
    await life.kill();
  });

  it('hears its own identifier alone, and says once what our own rules say, too', async () => {
    const overlay = 'returned error: readlink /var/lib/docker/overlay2/x: invalid argument';
    const mine = {
      type: 'temporary',
      reason: 'CorruptDockerImage',
      pattern: 'failed to register layer: rename .* directory not empty',
    };
    const life = await live({ ...journalMonitor('dockerd', 'Mine'), rules: [mine] }, undefined, true);
    const { print } = await journalOf(life);
    const image = 'failed to register layer: rename /d/image/a /d/image/b: directory not empty';

    await print({ at: 1, identifier: 'dockerd', message: image }, { at: 2, identifier: 'kubelet', message: image });
    await print({ at: 3, identifier: 'dockerd', message: overlay });

    expect(life.count('CorruptDockerImage')).toBe(1);
    expect(life.events.map(({ reason }) => reason)).toEqual(['CorruptDockerImage']);
    await life.kill();
  });

  it('listens to the kubelet along with it, and knows how long it has complained of nothing', async () => {
    const life = await live(journalMonitor('kubelet', 'Mine'));
    const { argv, print } = await journalOf(life);
    const quietFor = () => life.monitors.kubeletQuietFor();
    expect(argv).toMatch(/--grep=it broke.*\|.*PLEG is not healthy/);
    await expect.poll(quietFor, { timeout: 5000 }).toBeGreaterThan(300);

    const before = quietFor();
    await print({ at: 1, message: 'PLEG is not healthy: pleg was last seen active 3m2s ago; threshold is 3m0s' });

    expect(quietFor()).toBeLessThan(before);
    expect(life.count('Mine')).toBe(0);
    life.journal[0]?.listener.onEnd('journalctl ended with SIGKILL');
    expect(quietFor()).toBe(0);
    await life.kill();
  });

  it.each([
    ['T', 'journalctl (88) is stopped by a signal'],
    ['D', 'journalctl (88) hangs in the kernel'],
  ])('is blind while its reader is alive and does not read: %s', async (state, why) => {
    const life = await live(journalMonitor('kubelet', 'Mine'), undefined, false, state);

    await expect.poll(() => view(life, 'journald')).toMatchObject({ state: 'blind', why });
    expect(life.monitors.kubeletQuietFor()).toBe(0);
    await life.kill();
  });

  it('does not listen to a kubelet whose lines no monitor asks for', async () => {
    const life = await live(journalMonitor('mine', 'Mine'));
    const { argv } = await journalOf(life);

    expect(argv).not.toContain('kubelet');
    expect(argv).not.toContain('PLEG');
    await expect.poll(() => view(life, 'journald').state).toBe('reading');
    expect(life.monitors.kubeletQuietFor()).toBe(0);
    await life.kill();
  });

  it('goes on behind the cursor, and begins by time for an identifier that is new', async () => {
    const first = await live(journalMonitor('one', 'One'));
    await (await journalOf(first)).print({ at: 1, identifier: 'one', message: 'it broke' });
    expect(first.count('One')).toBe(1);
    await expect.poll(() => first.saved()).toContain('i=1;');
    const saved = await first.kill();

    const again = await live(journalMonitor('one', 'One'), saved);
    expect((await journalOf(again)).argv).toContain('--after-cursor=s=abc;i=1;');
    await again.kill();

    const two = { ...journalMonitor('two', 'Two') };
    const more = await live(two, saved);
    const { argv, print } = await journalOf(more);
    expect(argv).toContain('--since=@');
    await print({ at: 1, identifier: 'two', message: 'it broke' });
    expect(more.count('Two')).toBe(1);
    await more.kill();
  });
});
