import { describe, expect, it } from 'vitest';
import { type Disk, localDisk } from '../../lib/ledger/disk.ts';
import { encodeEntry } from '../../lib/ledger/format.ts';
import { readReplay, segmentNumbers } from '../../lib/ledger/replay.ts';
import { entry, intent, opened } from '../fakes/ledger.ts';

/** A directory as readdir(3) may give it: in no order. */
function diskOf(files: Readonly<Record<string, Buffer>>): Disk {
  return {
    ...localDisk,
    list: async () => Object.keys(files),
    read: async (path) => files[path.slice('/ledger/'.length)] ?? Buffer.alloc(0),
  };
}
const [first, second, third] = [entry(opened()), entry(intent()), entry(intent({ action: 'b' }))];

describe('segmentNumbers', () => {
  it('are those of segments alone, the oldest first', async () => {
    const names = ['000010.log', '000002.log', 'reserve', '1000000.log', '000003.log.new', '000000.log', '12.log', '000009.log'];
    const disk = diskOf(Object.fromEntries(names.map((name) => [name, Buffer.alloc(0)])));

    expect(await segmentNumbers(disk, '/ledger')).toEqual([2, 9, 10, 1_000_000]);
  });
});

describe('readReplay', () => {
  it('has the entries of all segments in their order, and says that one of them was cut', async () => {
    const cut = Buffer.concat([encodeEntry(second), encodeEntry(third).subarray(0, 20)]);
    const disk = diskOf({ '000010.log': encodeEntry(third), '000009.log': cut, '000002.log': encodeEntry(first) });

    const { entries, torn, corrupt, seq, incidents, last } = await readReplay(disk, '/ledger');

    expect(entries).toEqual([first, second, third]);
    expect({ torn, corrupt, seq, incidents }).toEqual({ torn: true, corrupt: 0, seq: third.seq, incidents: 1 });
    expect(last).toEqual({ boot: third.boot, up: third.up });
  });

  it('is of nothing where there is nothing', async () => {
    expect(await readReplay(diskOf({}), '/ledger')).toEqual({ entries: [], torn: false, corrupt: 0, seq: 0, incidents: 0 });
  });
});
