import { describe, expect, it } from 'vitest';
import { isFromKernel, KmsgReader, kmsgTime } from '../../../lib/monitors/lines/kmsg.ts';

/** Given as the device gives them, in reads of these bytes. */
function read(reads: readonly string[], after?: number) {
  const reader = new KmsgReader(after);
  return reads.flatMap((text) => [...reader.push(Buffer.from(text, 'latin1'))]);
}

const messages = (reads: readonly string[], after?: number) =>
  read(reads, after).map((item) => (item.kind === 'lost' ? `lost ${item.count}` : item.record.message));

describe('a record of /dev/kmsg', () => {
  it('is taken apart, its dictionary split off', () => {
    expect(read(['3,1234,98765432,-;nvme nvme0: I/O 12 timeout\n SUBSYSTEM=pci\n DEVICE=+pci:0000:01:00.0\n'])).toEqual([
      {
        kind: 'record',
        record: {
          sequence: 1234,
          level: 3,
          facility: 0,
          microseconds: 98_765_432,
          message: 'nvme nvme0: I/O 12 timeout',
          dictionary: { SUBSYSTEM: 'pci', DEVICE: '+pci:0000:01:00.0' },
          fragment: false,
        },
      },
    ]);
  });

  it.each([
    ['newer fields are ignored', '6,1,2,-,caller=T1,x;text\n', 'text'],
    ['no flags, as in Linux 3.5', '6,1,2;text\n', 'text'],
    ['escapes', '6,1,2,-;a\\x09b\\x5cx41 \\xc3\\xa9 \\xff\n', 'a\tb\\x41 é \ufffd'],
    ['a semicolon in the text', '6,1,2,-;a;b\n', 'a;b'],
    ['white space around', '6,1,2,-; a \n', 'a'],
    ['an empty text', '6,1,2,-;\n', ''],
  ])('%s', (_, text, message) => {
    expect(messages([text])).toEqual([message]);
  });

  it.each([['garbage'], ['6,1,2,-'], ['x,1,2,-;a'], [' SUBSYSTEM=pci'], [';'], ['\0\0\0']])('%s is none', (text) => {
    expect(messages([`${text}\n6,1,2,-;good\n`])).toEqual(['good']);
  });

  it('comes from the kernel only with its facility', () => {
    const [kernel, program] = read(['6,1,2,-;a\n', '12,2,3,-;b\n']).flatMap((item) =>
      item.kind === 'record' ? [item.record] : [],
    );

    expect(kernel !== undefined && isFromKernel(kernel)).toBe(true);
    expect(program).toMatchObject({ level: 4, facility: 1 });
    expect(program !== undefined && isFromKernel(program)).toBe(false);
  });

  it('was printed when its clock said so, whatever the host slept since the boot', () => {
    const [item] = read(['6,1,5000000,-;a\n']);

    expect(item?.kind === 'record' && kmsgTime(item.record, { now: 1_000_000, monotonic: 8000 })).toBe(997_000);
  });

  it('is marked when it is a piece of a line', () => {
    expect(
      read(['6,1,2,c;a\n', '6,2,2,+;b\n', '6,3,2,-;d\n']).map((item) => item.kind === 'record' && item.record.fragment),
    ).toEqual([true, true, false]);
  });
});

describe('the stream', () => {
  it('is cut anywhere', () => {
    const text = '6,1,2,-;first\n DEVICE=x\n6,2,3,-;second\n';
    for (let at = 1; at < text.length; at++) expect(messages([text.slice(0, at), text.slice(at)])).toEqual(['first', 'second']);
  });

  it('tells how many records it lost', () => {
    expect(messages(['6,10,1,-;a\n', '6,11,1,-;b\n', '6,20,1,-;c\n'])).toEqual(['a', 'b', 'lost 8', 'c']);
  });

  it('goes on where it stood: nothing twice, and a loss between is told', () => {
    const all = ['6,1,1,-;a\n', '6,2,1,-;b\n', '6,3,1,-;c\n'];

    expect(messages(all, 2)).toEqual(['c']);
    expect(messages(all, 3)).toEqual([]);
    expect(messages(['6,9,1,-;x\n'], 5)).toEqual(['lost 3', 'x']);
  });

  it('keeps no more than a record of what never ends', () => {
    const reader = new KmsgReader();
    for (let count = 0; count < 100; count++) expect(reader.push(Buffer.alloc(10_000, 'x'))).toEqual([]);

    expect(reader.push(Buffer.from('\n6,1,2,-;a\n'))).toHaveLength(1);
    expect(reader.position).toBe(1);
  });
});
