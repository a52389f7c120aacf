import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlightSample } from '../../lib/model/flight.ts';
import { decodeRing, decodeSlot, encodeSlot, SLOT_BYTES } from '../../lib/recorder/format.ts';
import { lastBootPath, openRecorder, readFlight } from '../../lib/recorder/ring.ts';

const BOOT = 'f9ce3f1a-0000-4000-8000-000000000001';
let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodemend-recorder-'));
  path = join(root, 'state', 'flight.ring');
});
afterEach(() => rmSync(root, { recursive: true }));

const sample = (n: number, details: Partial<FlightSample> = {}): FlightSample => ({
  at: Date.parse('2026-01-01T00:00:00Z') + n * 10_000,
  up: n * 10_000,
  boot: BOOT,
  mark: 'running',
  load1: n,
  ...details,
});

async function record(numbers: readonly number[], details: Partial<FlightSample> = {}): Promise<void> {
  const recorder = openRecorder(path);
  for (const n of numbers) expect(await recorder.record(sample(n, details))).toBe('written');
  await recorder.close();
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const loads = async (file = path) => (await readFlight(file)).map(({ load1 }) => load1);

describe('a record', () => {
  it('is read as it was written, absent measures stay absent', () => {
    const full = sample(1, { relistAge: 1250.5, nodefsBytes: 2 ** 43, mark: 'stopped', blockedTasks: 0 });

    expect(decodeSlot(encodeSlot({ seq: 7, sample: full }))).toEqual({ seq: 7, sample: full });
  });

  it('is refused with any single byte changed', () => {
    const slot = encodeSlot({ seq: 7, sample: sample(1) });
    for (let at = 0; at < SLOT_BYTES; at += 1) {
      const damaged = Buffer.from(slot);
      damaged.writeUInt8(slot.readUInt8(at) ^ 0x40, at);

      expect(decodeSlot(damaged), `byte ${at}`).toBeUndefined();
    }
  });

  it.each([
    ['a boot id that is too long', sample(1, { boot: 'x'.repeat(500) })],
    ['no boot id', sample(1, { boot: '' })],
    ['numbers that are none', sample(1, { load1: Number.NaN, cpuSome: Number.POSITIVE_INFINITY })],
  ])('survives %s', (_, odd) => {
    expect(decodeSlot(encodeSlot({ seq: 1, sample: odd }))?.sample.at).toBe(odd.at);
  });
});

describe('the flight recorder', () => {
  it('keeps two hours of 10 s in a file that never grows, for its owner alone', async () => {
    await record(range(1, 1000));

    expect(await loads()).toEqual(range(281, 1000));
    expect(statSync(path)).toMatchObject({ size: 720 * SLOT_BYTES });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'state')).mode & 0o777).toBe(0o700);
  });

  it('goes on where it was after a restart in the same boot', async () => {
    await record(range(1, 5));
    await record(range(6, 9));

    expect(await loads()).toEqual(range(1, 9));
  });

  it('puts the records of a boot that has ended aside, until the next one ends', async () => {
    await record(range(1, 3));
    await record(range(4, 6), { boot: 'second' });
    await record(range(7, 8), { boot: 'second' });

    expect(await loads(lastBootPath(path))).toEqual([1, 2, 3]);
    expect(await loads()).toEqual([4, 5, 6, 7, 8]);
  });

  it.each([
    ['cut in the middle of a record', () => truncateSync(path, 3 * SLOT_BYTES + 100), [1, 2]],
    ['emptied', () => truncateSync(path, 0), []],
    ['overwritten', () => writeFileSync(path, 'x'.repeat(5000)), []],
    [
      'damaged in one record',
      () => writeFileSync(path, Buffer.from(readFileSync(path)).fill(0xee, 2 * SLOT_BYTES + 40, 2 * SLOT_BYTES + 60)),
      [1, 3, 4],
    ],
    ['much too large', () => truncateSync(path, 2 ** 30), [1, 2, 3, 4]],
  ])('reads what is sound of a file that was %s, and records on', async (_, damage, left) => {
    await record(range(1, 4));
    damage();

    expect(await loads()).toEqual(left);
    await record([9]);
    expect(await loads()).toEqual([...left, 9]);
    expect(statSync(path).size).toBe(720 * SLOT_BYTES);
  });

  it('makes its file anew within a minute when it was deleted with its directory', async () => {
    const recorder = openRecorder(path);
    await recorder.record(sample(1));
    rmSync(join(root, 'state'), { recursive: true });
    for (const number of [2, 3, 4, 5, 6, 7]) await recorder.record(sample(number));
    await recorder.close();

    expect(await loads()).toEqual([7]);
  });

  it.each([
    ['a directory', () => mkdirSync(path, { recursive: true })],
    [
      'a link',
      () => {
        mkdirSync(join(root, 'state'));
        writeFileSync(join(root, 'elsewhere'), 'precious');
        symlinkSync(join(root, 'elsewhere'), path);
      },
    ],
    ['below a file', () => writeFileSync(join(root, 'state'), 'x')],
  ])('fails without a word when its place is %s', async (_, make) => {
    make();
    const recorder = openRecorder(path);

    expect(await recorder.record(sample(1))).toBe('failed');
    expect(await readFlight(path)).toEqual([]);
  });

  it('writes one record at a time, and skips instead of queueing', async () => {
    const recorder = openRecorder(path);

    const results = await Promise.all([recorder.record(sample(1)), recorder.record(sample(2))]);
    await recorder.close();

    expect(results).toEqual(['written', 'skipped']);
  });

  it('reads nothing from a file that is not there', async () => {
    expect(await readFlight(path)).toEqual([]);
    expect(decodeRing(Buffer.alloc(10))).toEqual([]);
  });
});
