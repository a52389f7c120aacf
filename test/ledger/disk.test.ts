import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootClock } from '../../lib/ledger/clock.ts';
import { localDisk } from '../../lib/ledger/disk.ts';
import { pruneEvidence, roomFor } from '../../lib/ledger/evidence.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import { intent, opened } from '../fakes/ledger.ts';

const GiB = 2 ** 30;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodemend-disk-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (...names: readonly string[]) => join(root, ...names);
const open = () =>
  openLedger({ directory: at('var', 'ledger'), runtimeDirectory: at('run', 'ledger'), clock: bootClock(), keep: 3_600_000 });

describe('the ledger on real files', () => {
  it('is for its owner alone, with a reserve of real bytes', async () => {
    const ledger = await open();
    await ledger.tend();
    await ledger.append(opened());

    expect(statSync(at('var', 'ledger')).mode & 0o777).toBe(0o700);
    expect(statSync(at('var', 'ledger', '000001.log')).mode & 0o777).toBe(0o600);
    expect(statSync(at('var', 'ledger', 'reserve')).size).toBe(2 ** 20);
  });

  it('goes on in the same segment after a restart', async () => {
    const first = await open();
    await first.append(opened());
    await first.close();
    const second = await open();
    await second.append(intent());

    expect(existsSync(at('var', 'ledger', '000002.log'))).toBe(false);
    expect((await readLedger([at('var', 'ledger')])).entries).toHaveLength(2);
  });

  it('notices that its directory was deleted, though writing to the open file would not fail', async () => {
    const ledger = await open();
    await ledger.append(opened());
    rmSync(at('var'), { recursive: true });

    const { kept } = await ledger.append(intent());

    expect(kept).toBe('disk');
    expect((await readLedger([at('var', 'ledger')])).entries.map(({ kind }) => kind)).toEqual(['opened', 'intent']);
  });

  it('does not write through a link, nor into what is no directory', async () => {
    mkdirSync(at('var', 'ledger'), { recursive: true });
    writeFileSync(at('precious'), '');
    symlinkSync(at('precious'), at('var', 'ledger', '000001.log'));
    writeFileSync(at('run'), '');

    const ledger = await open();
    const { kept } = await ledger.append(intent());

    expect(kept).toBe('memory');
    expect(readFileSync(at('precious'), 'utf8')).toBe('');
  });

  it('takes over the one entry that was kept while the directory could not be used', async () => {
    mkdirSync(at('var'));
    writeFileSync(at('var', 'ledger'), 'no directory');
    const alone = await open();
    expect(await alone.append(opened())).toMatchObject({ kept: 'runtime' });
    await alone.close();
    rmSync(at('var', 'ledger'));

    await (await open()).close();

    expect((await readLedger([at('var', 'ledger')])).entries.map(({ kind }) => kind)).toEqual(['opened']);
  });

  it('is read by others while it is written', async () => {
    const ledger = await open();
    for (let n = 1; n <= 20; n += 1) {
      await ledger.append(opened({ incident: `20260101-${n}` }));
      expect((await readLedger([at('var', 'ledger')])).entries).toHaveLength(n);
    }
  });
});

describe('readLedger', () => {
  it('takes a missing directory as empty, and names one that it cannot read', async () => {
    writeFileSync(at('file'), '');

    expect(await readLedger([at('missing'), at('file')])).toEqual({
      entries: [],
      corrupt: 0,
      failures: [{ path: at('file'), code: 'ENOTDIR' }],
    });
  });

  it('goes on behind a segment that cannot be read', async () => {
    const ledger = await open();
    await ledger.append(opened());
    symlinkSync(at('elsewhere'), at('var', 'ledger', '000000.log'));
    mkdirSync(at('var', 'ledger', '000009.log'));

    const { entries, failures } = await readLedger([at('var', 'ledger')]);

    expect(entries).toHaveLength(1);
    expect(failures).toEqual([{ path: at('var', 'ledger', '000009.log'), code: 'EINVAL' }]);
  });
});

describe('localDisk', () => {
  it('writes over what is there, from one byte on, however often', async () => {
    writeFileSync(at('there'), 'abcdefgh');
    const file = await localDisk.overwrite(at('there'), 2);
    await file.append(Buffer.from('12'));
    await file.append(Buffer.from('34'));
    await file.close();

    expect(readFileSync(at('there'), 'utf8')).toBe('ab1234gh');
  });

  it('renames, and makes directories that only their owner may enter', async () => {
    await localDisk.makeDirectory(at('a', 'b'));
    writeFileSync(at('a', 'b', 'old'), 'x');
    await localDisk.rename(at('a', 'b', 'old'), at('a', 'b', 'new'));

    expect(readdirSync(at('a', 'b'))).toEqual(['new']);
    expect(statSync(at('a', 'b')).mode & 0o777).toBe(0o700);
  });

  it('knows when another file has taken the place of the one it writes', async () => {
    const file = await localDisk.create(at('file'));
    expect(await file.isPlaced()).toBe(true);

    renameSync(at('file'), at('moved'));
    expect(await file.isPlaced()).toBe(false);
    writeFileSync(at('file'), '');
    expect(await file.isPlaced()).toBe(false);
    await file.close();
  });

  it('refuses to extend what is not there, and to create what is', async () => {
    writeFileSync(at('there'), '');

    await expect(localDisk.extend(at('missing'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(localDisk.create(at('there'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('bootClock', () => {
  it('counts from the start of this system, and never backwards', () => {
    const clock = bootClock();
    const [one, two] = [clock(), clock()];

    expect(one.boot).toMatch(/^[\da-f-]{36}$/);
    expect(two.up).toBeGreaterThanOrEqual(one.up);
    expect(one.up).toBeGreaterThan(0);
  });
});

describe('evidence', () => {
  it.each([
    ['200 MB of a large disk', 1000 * GiB, 200 * 2 ** 20],
    ['a hundredth of a small one', 6 * GiB, Math.floor((6 * GiB) / 100)],
  ])('may take %s', (_, disk, room) => {
    expect(roomFor(disk)).toBe(room);
  });

  it('goes when it is too much, the oldest incident first', async () => {
    for (const id of ['20260101-0001', '20260102-0002', '20260103-0003']) {
      mkdirSync(at('evidence', id), { recursive: true });
      writeFileSync(at('evidence', id, 'journal.txt'), 'x'.repeat(1000));
    }

    expect(await pruneEvidence(at('evidence'), 20_000)).toEqual([]);
    expect(await pruneEvidence(at('evidence'), 1500)).toEqual(['20260101-0001', '20260102-0002']);
    expect(existsSync(at('evidence', '20260103-0003', 'journal.txt'))).toBe(true);
    expect(await pruneEvidence(at('missing'), 1)).toEqual([]);
  });
});
