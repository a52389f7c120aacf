import { describe, expect, it } from 'vitest';
import { openMonitors } from '../../../agent/monitors/monitors.ts';
import type { FollowListener } from '../../../lib/host/follow.ts';
import type { HostView } from '../../../lib/host/host.ts';
import type { EventRecord } from '../../../lib/reporters/event-records.ts';
import { fakeNode } from '../../fakes/node.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const UP = 3_600_000;
const PATH = '/state/monitors.json';
const READONLY = 'Remounting filesystem read-only';
const HUNG = 'task docker:20744 blocked for more than 120 seconds.';
const OOPS = 'BUG: unable to handle kernel NULL pointer dereference at 0000000000000010';

let sequence = 0;
/** A record as /dev/kmsg gives it, printed `ago` before now. */
const record = (message: string, { ago = 0, facility = 0, at = ++sequence } = {}) =>
  `${(facility << 3) | 3},${at},${(UP - ago) * 1000},-;${message}\n`;

interface Sleep {
  readonly wake: () => void;
}

/** Time stands still but where a test moves it. */
function open(options: { saved?: string; boot?: string; files?: Readonly<Record<string, string>> } = {}) {
  let now = NOW;
  const [alarms, sleeps]: [(() => void)[], Sleep[]] = [[], []];
  const listeners: FollowListener[] = [];
  const events: EventRecord[] = [];
  const written: string[] = [];
  let changes = 0;
  const stop = new AbortController();
  const base = fakeNode({ files: { ...options.files, ...(options.saved === undefined ? {} : { [PATH]: options.saved }) } });
  const host: HostView = {
    ...base,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          sleeps.push({ wake: resolve });
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
      alarm(_, ring) {
        alarms.push(ring);
        return () => alarms.splice(alarms.indexOf(ring), 1);
      },
    },
  };
  const parts = {
    host,
    config: { directory: '/etc/nodemend/monitors', defaults: true },
    statePath: PATH,
    moment: () => ({ at: now, boot: options.boot ?? 'b1', up: UP }),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined } as never,
    kernelTime: () => UP + now - NOW,
    follow([program]: readonly string[], listener: FollowListener) {
      if (program === 'cat') listeners.push(listener);
      return { stop: () => undefined };
    },
    async write({ text }: { text: string }) {
      written.push(text);
      return { kind: 'done' } as const;
    },
  };
  return openMonitors(parts).then((monitors) => {
    const ended = monitors.run({ say: (event) => events.push(event), changed: () => changes++ }, stop.signal);
    const kmsg = () => {
      const { logs } = monitors.conditions() as Extract<ReturnType<typeof monitors.conditions>, { kind: 'agent' }>;
      return logs.kmsg ?? expect.fail('no view of /dev/kmsg');
    };
    return {
      monitors,
      events,
      written,
      kmsg,
      listeners,
      changes: () => changes,
      standing: () => kmsg().claims.map(({ type, reason, subject }) => [type, reason, subject].join(' ').trim()),
      print: (...records: string[]) => listeners.at(-1)?.onBytes(Buffer.from(records.join(''))),
      save() {
        for (const ring of alarms.splice(0)) ring();
      },
      async pass(duration: number) {
        now += duration;
        for (const { wake } of sleeps.splice(0)) wake();
        await new Promise((resolve) => setImmediate(resolve));
      },
      async close() {
        stop.abort();
        await ended;
        return written.at(-1) ?? expect.fail('nothing was written');
      },
    };
  });
}

describe('the log monitors', () => {
  it('make conditions and events of the kernel’s lines, and count them', async () => {
    const { print, standing, events, monitors, changes } = await open();

    print(record(READONLY), record(HUNG), record(OOPS), record('eth0: link is fine'));

    expect(standing()).toEqual(['KernelDeadlock DockerHung 20744', 'ReadonlyFilesystem FilesystemIsReadOnly']);
    expect(events.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual([
      `Warning TaskHung ${HUNG}`,
      `Warning KernelOops ${OOPS}`,
    ]);
    expect(changes()).toBeGreaterThan(0);
    const { counters, gauges } = monitors.figures();
    expect(Object.fromEntries(counters)).toMatchObject({ FilesystemIsReadOnly: 1, DockerHung: 1, KernelOops: 1, OOMKilling: 0 });
    expect(gauges).toContainEqual({ type: 'KernelDeadlock', reason: 'DockerHung', value: 1 });
  });

  it('leave out what was printed long before the agent began', async () => {
    const { print, standing } = await open();

    print(record(READONLY, { ago: 301_000 }), record(HUNG, { ago: 299_000 }));

    expect(standing()).toEqual(['KernelDeadlock DockerHung 20744']);
  });

  it('trust the kernel alone', async () => {
    const { print, kmsg } = await open();

    print(record(READONLY, { facility: 1 }), record(HUNG));

    expect(kmsg().claims.map(({ type, trusted }) => [type, trusted])).toEqual([
      ['KernelDeadlock', true],
      ['ReadonlyFilesystem', false],
    ]);
  });

  it('say no line twice and lose none over a restart, however old it is by then', async () => {
    const first = await open();
    const [one, two] = [record(OOPS), record(HUNG)];
    first.print(one, two);
    const saved = await first.close();
    const third = record(READONLY, { ago: 400_000 });

    const again = await open({ saved });
    again.print(one, two, third);

    expect(again.standing()).toEqual(['KernelDeadlock DockerHung 20744', 'ReadonlyFilesystem FilesystemIsReadOnly']);
    expect(again.events).toEqual([]);
    expect(again.monitors.figures().counters.get('KernelOops')).toBe(1);
  });

  it('forget with the boot what the kernel had said', async () => {
    const first = await open();
    first.print(record(HUNG));

    const after = await open({ saved: await first.close(), boot: 'b2' });

    expect(after.standing()).toEqual([]);
    expect(after.monitors.figures().counters.get('DockerHung')).toBe(0);
  });

  it('begin anew with a state that is damaged', async () => {
    expect((await open({ saved: '{"version":1,' })).standing()).toEqual([]);
  });

  it('save within a second what matched', async () => {
    const { print, save, written } = await open();
    print(record(HUNG));

    save();
    await expect.poll(() => written.length).toBe(1);

    expect(JSON.parse(written[0] ?? '')).toMatchObject({ boot: 'b1', kmsg: sequence, claims: [{ reason: 'DockerHung' }] });
  });

  it('clear a task that went on, when the node says so', async () => {
    const { print, standing, pass } = await open({ files: { '/proc/20744/stat': '20744 (docker) S 1' } });
    print(record(HUNG));

    await pass(30_000);

    expect(standing()).toEqual([]);
  });

  it('clear after the quiet period what names nothing', async () => {
    const { print, standing, pass } = await open();
    print(record(READONLY));

    await pass(1_799_000);
    expect(standing()).toEqual(['ReadonlyFilesystem FilesystemIsReadOnly']);
    await pass(1000);

    expect(standing()).toEqual([]);
  });

  it('tell what was overwritten before it was read, and go on', async () => {
    const { print, listeners, pass, events, standing, kmsg } = await open();
    print(record('first', { at: 1000 }));
    listeners.at(-1)?.onEnd('cat: /dev/kmsg: Broken pipe');
    expect(kmsg()).toMatchObject({ state: 'blind', why: 'cat: /dev/kmsg: Broken pipe' });

    await pass(2000);
    print(record('first', { at: 1000 }), record(HUNG, { at: 1008 }));

    expect(kmsg().state).toBe('reading');
    expect(events).toContainEqual(
      expect.objectContaining({ reason: 'KernelLogLinesLost', message: expect.stringMatching(/^7 /) }),
    );
    expect(standing()).toEqual(['KernelDeadlock DockerHung 20744']);
  });

  it('hold back a flood of one reason, and lose no count', async () => {
    const { print, events, monitors } = await open();

    print(...Array.from({ length: 1000 }, (_, index) => record(`${OOPS} ${index}`)));

    expect(events.length).toBe(25);
    expect(monitors.figures().counters.get('KernelOops')).toBe(1000);
  });
});
