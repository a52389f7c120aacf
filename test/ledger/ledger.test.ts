import { describe, expect, it } from 'vitest';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { openIncidents, unfinished } from '../../lib/policy/still-open.ts';
import { type FakeDisk, fakeDisk } from '../fakes/disk.ts';
import { intent, opened, outcome } from '../fakes/ledger.ts';

const directory = '/var/lib/nodemend/ledger';
const runtimeDirectory = '/run/nodemend/ledger';

function node(disk: FakeDisk = fakeDisk()) {
  const time = { at: Date.parse('2026-01-01T00:00:00Z'), up: minutes(10), boot: 'boot-a' };
  const open = (limits = { segmentBytes: 512 * 1024, totalBytes: 2 ** 24, reserveBytes: 20_000 }) =>
    openLedger({ directory, runtimeDirectory, clock: () => ({ ...time }), keep: minutes(60), disk, limits, deadline: 100 });
  const pass = (duration: number) => {
    time.at += duration;
    time.up += duration;
  };
  const reboot = () => {
    disk.deleteDirectory(runtimeDirectory);
    time.boot += '+';
    time.up = seconds(20);
  };
  return { disk, time, open, pass, reboot, read: () => readLedger([directory, runtimeDirectory], disk) };
}

const inState = (path: string) => path.startsWith(directory);
const kinds = (entries: readonly { readonly kind: string }[]) => entries.map(({ kind }) => kind);

describe('ledger', () => {
  it('keeps an entry on disk before it says so, and finds it again', async () => {
    const { disk, open, read } = node();
    const ledger = await open();

    const { kept } = await ledger.append(opened());
    await ledger.append(intent());
    disk.crash(() => 0);

    expect(kept).toBe('disk');
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
    expect((await read()).entries[0]).toMatchObject({ kind: 'opened', evidence: [{ from: '/proc/812/stat' }] });
  });

  it('numbers incidents and actions on, over restarts and rotations', async () => {
    const { open, pass } = node();
    const ledger = await open();
    const first = ledger.newIncident();
    await ledger.append(opened({ incident: first }));
    await ledger.append(intent({ incident: first, action: ledger.newAction(first) }));
    await ledger.append({ kind: 'closed', incident: first, healedBy: 'agent' });
    pass(minutes(24 * 60));
    for (let i = 0; i < 50; i += 1) await ledger.append({ kind: 'reset', of: 'breaker', by: 'root' });

    const again = await open({ segmentBytes: 100, totalBytes: 2000, reserveBytes: 20_000 });
    for (let i = 0; i < 50; i += 1) await again.append({ kind: 'reset', of: 'breaker', by: 'root' });
    const last = await open();

    expect(first).toBe('20260101-0001');
    expect(last.newIncident()).toBe('20260102-0002');
    expect(last.newIncident()).toBe('20260102-0003');
    expect(last.newAction(first)).toBe('20260101-0001.2');
    expect(last.newAction('20260102-0002')).toBe('20260102-0002.1');
  });

  it('carries open incidents, young attempts and unfinished work over when old segments go', async () => {
    const { disk, open, read } = node();
    const ledger = await open({ segmentBytes: 500, totalBytes: 3000, reserveBytes: 20_000 });
    await ledger.append(opened());
    await ledger.append(intent());
    for (let i = 0; i < 200; i += 1) {
      await ledger.append({ kind: 'guards', incident: '20260101-0001', remedy: 'reboot', guards: [`guard-${i}`] });
    }

    const names = [...disk.files.keys()].filter((path) => path.endsWith('.log'));
    expect(names).not.toContain(`${directory}/000001.log`);
    expect(names.length).toBeLessThan(12);
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent', 'guards']);
    expect(unfinished((await read()).entries)).toHaveLength(1);
  });

  it('goes on behind a torn tail in a new segment, and never rewrites', async () => {
    const { disk, open } = node();
    const ledger = await open();
    await ledger.append(opened());
    const [path = '', file] = [...disk.files].find(([name]) => name.endsWith('.log')) ?? [];
    if (file !== undefined) file.synced = Buffer.concat([file.synced, Buffer.from('0badc0de {"kind":"int')]);
    const before = file?.synced.toString();

    const again = await open();
    await again.append(intent());

    expect(again.replay).toMatchObject({ torn: true, corrupt: 0 });
    expect(disk.files.get(path)?.synced.toString()).toBe(before);
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
  });

  it.each([0.2, 0.6, 0.9])('does not trust a checkpoint of which only %d arrived', async (share) => {
    const { disk, open } = node();
    const ledger = await open();
    for (const n of [1, 2, 3]) await ledger.append(opened({ incident: `20260101-000${n}` }));
    disk.fault = (call) => (call === 'sync' ? 'EIO' : undefined);
    const rotating = await open({ segmentBytes: 1, totalBytes: 1, reserveBytes: 20_000 });
    disk.crash((pending) => Math.round(pending * share));
    disk.fault = () => undefined;

    const again = await open({ segmentBytes: 1, totalBytes: 1, reserveBytes: 20_000 });

    expect(rotating.state.kind).not.toBe('disk');
    expect(openIncidents(again.entries)).toHaveLength(3);
    expect(openIncidents((await open()).entries)).toHaveLength(3);
  });

  it('skips damage in the middle, and counts it', async () => {
    const { disk, open, read } = node();
    const ledger = await open();
    for (const n of [1, 2, 3]) await ledger.append(opened({ incident: `20260101-000${n}` }));
    const file = [...disk.files.values()][0];
    const at = (file?.synced.indexOf('20260101-0002') ?? 0) + 3;
    file?.synced.fill(0xff, at, at + 4);

    const again = await open();

    expect(again.replay?.corrupt).toBe(1);
    expect(openIncidents(again.entries).map(({ incident }) => incident)).toEqual(['20260101-0001', '20260101-0003']);
    expect((await read()).corrupt).toBe(1);
  });

  it.each([
    'EROFS',
    'EACCES',
    'EIO',
    'ENOSPC',
  ])('keeps intents in /run when its directory answers %s, and takes them home', async (code) => {
    const { disk, open, pass, read } = node();
    disk.fault = (call, path) => (inState(path) && call !== 'list' && call !== 'read' ? code : undefined);
    const ledger = await open();

    const { kept } = await ledger.append(opened());
    await ledger.append(intent());

    expect(kept).toBe('runtime');
    expect(ledger.state).toMatchObject({ kind: 'runtime', why: expect.stringContaining(`${directory}: `) });
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);

    disk.fault = () => undefined;
    pass(seconds(11));
    expect(await ledger.tend()).toEqual({ kind: 'disk' });
    expect(kinds((await readLedger([runtimeDirectory], disk)).entries)).toEqual(['intent']);
    expect((await read()).entries[0]).toMatchObject({ kind: 'opened', evidence: [{ from: '/proc/812/stat' }] });
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
  });

  it('says memory when nothing can be written at all', async () => {
    const { disk, open } = node();
    disk.fault = (call) => (call === 'list' ? undefined : 'EROFS');
    const ledger = await open();

    const { kept } = await ledger.append(intent());

    expect(kept).toBe('memory');
    expect(ledger.state.why).toBe(
      `${directory}: the file system is read-only; ${runtimeDirectory}: the file system is read-only`,
    );
    expect(kinds(ledger.entries)).toEqual(['intent']);
  });

  it('writes on into its reserve when the disk is full, and makes a new one when there is room', async () => {
    const { disk, open } = node();
    disk.capacity = 2 ** 27;
    const ledger = await open();
    await ledger.tend();
    expect(disk.files.has(`${directory}/reserve`)).toBe(true);
    await ledger.append(opened());
    disk.capacity = [...disk.files.values()].reduce((sum, { synced }) => sum + synced.length, 0) + 20;
    disk.tornAfter = 20;

    const { kept } = await ledger.append(intent());

    expect(kept).toBe('disk');
    expect(ledger.state).toEqual({ kind: 'disk', why: `${directory}: the disk is full; entries go into the reserve` });
    expect(disk.files.has(`${directory}/reserve`)).toBe(false);
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);

    disk.capacity = 2 ** 27;
    expect(await ledger.tend()).toEqual({ kind: 'disk' });
    expect(disk.files.has(`${directory}/reserve`)).toBe(true);
  });

  it('makes a deleted directory anew with all that matters, before it acknowledges', async () => {
    const { disk, open } = node();
    const ledger = await open();
    await ledger.append(opened());
    disk.deleteDirectory(directory);

    const { kept } = await ledger.append(intent());

    expect(kept).toBe('disk');
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
    disk.deleteDirectory(directory);
    await ledger.tend();
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
  });

  it('does not wait for a disk that never answers, nor ask it again', async () => {
    const { disk, open, pass } = node();
    const ledger = await open();
    await ledger.append(opened());
    const { promise: answer, resolve } = Promise.withResolvers<void>();
    const extend = disk.extend;
    let asked = 0;
    const hang = async () => {
      asked += 1;
      await answer;
    };
    const list = disk.list;
    disk.fault = (call, path) => (call === 'append' && inState(path) ? 'EIO' : undefined);
    disk.list = async (path) => {
      if (inState(path)) await hang();
      return list(path);
    };

    const { kept } = await ledger.append(intent());
    pass(seconds(11));
    await ledger.tend();

    expect(kept).toBe('runtime');
    expect(ledger.state.why).toContain('an earlier call has still not been answered');
    expect(asked).toBe(1);
    disk.fault = () => undefined;
    disk.extend = extend;
    disk.list = list;
    resolve();
    await new Promise((done) => setTimeout(done, 5));
    pass(seconds(11));
    expect((await ledger.tend()).kind).toBe('disk');
    expect(kinds((await open()).entries)).toEqual(['opened', 'intent']);
  });

  it('puts what was kept while the old entries could not be read behind them', async () => {
    const { disk, open, pass, time } = node();
    const before = await open();
    await before.append(intent());
    await before.append({ kind: 'reset', of: 'ContainerRuntimeUnhealthy', by: 'root' });
    await before.close();
    time.boot = 'boot-b';
    disk.fault = (_, path) => (inState(path) ? 'EIO' : undefined);
    const ledger = await open();
    await ledger.append(intent({ action: '20260101-0009.1' }));
    disk.fault = () => undefined;
    pass(seconds(11));

    await ledger.tend();

    expect(ledger.entries.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['intent', 1],
      ['reset', 2],
      ['intent', 3],
    ]);
  });

  it('gives every entry a moment of its own, even when the clock stands still', async () => {
    const { open } = node();
    const ledger = await open();

    await Promise.all([ledger.append(intent()), ledger.append(outcome()), ledger.append(outcome())]);

    expect(new Set(ledger.entries.map(({ up }) => up)).size).toBe(3);
  });
});
