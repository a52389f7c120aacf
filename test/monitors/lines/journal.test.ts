import { describe, expect, it } from 'vitest';
import { isTrustedEntry, parseJournalJson } from '../../../lib/monitors/lines/journal.ts';
import { JournalExportReader } from '../../../lib/monitors/lines/journal-export.ts';

function binary(name: string, value: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), size, value, Buffer.from('\n')]);
}

const text = (name: string, value: string) => Buffer.from(`${name}=${value}\n`);
const entry = (...fields: readonly Buffer[]) =>
  Buffer.concat([text('__CURSOR', 's=1;i=2'), text('__REALTIME_TIMESTAMP', '1700000000123456'), ...fields, Buffer.from('\n')]);

const read = (...reads: readonly Buffer[]) => {
  const reader = new JournalExportReader();
  return reads.flatMap((bytes) => [...reader.push(bytes)]);
};

const kubelet = [
  text('_TRANSPORT', 'stdout'),
  text('SYSLOG_IDENTIFIER', 'kubelet'),
  text('_SYSTEMD_UNIT', 'kubelet.service'),
  text('_UID', '0'),
  text('_PID', '812'),
];

describe('the export format', () => {
  it('gives the fields that count', () => {
    expect(read(entry(...kubelet, text('OTHER', 'x'), text('MESSAGE', ' PLEG is not healthy = yes ')))).toEqual([
      {
        cursor: 's=1;i=2',
        time: 1_700_000_000_123.456,
        message: 'PLEG is not healthy = yes',
        identifier: 'kubelet',
        transport: 'stdout',
        unit: 'kubelet.service',
        uid: '0',
        pid: '812',
      },
    ]);
  });

  it('has bytes of any kind in a message', () => {
    const [found] = read(
      entry(binary('MESSAGE', Buffer.from([0x61, 0x0a, 0x0a, 0xff, 0x62])), binary('COREDUMP', Buffer.alloc(100, '\n'))),
    );

    expect(found?.message).toBe('a\n\n\ufffdb');
  });

  it('is cut anywhere', () => {
    const whole = Buffer.concat([entry(...kubelet, binary('MESSAGE', Buffer.from('a\nb'))), entry(text('MESSAGE', 'second'))]);
    for (let at = 1; at < whole.length; at++) {
      expect(read(whole.subarray(0, at), whole.subarray(at)).map(({ message }) => message)).toEqual(['a\nb', 'second']);
    }
  });

  it('clips what is too large, and reads on behind it', () => {
    const huge = Buffer.alloc(1_000_000, 'x');
    const whole = Buffer.concat([
      entry(binary('MESSAGE', huge)),
      entry(text('MESSAGE', huge.toString())),
      entry(binary('X', huge), text('MESSAGE', 'last')),
    ]);
    const reads = Array.from({ length: Math.ceil(whole.length / 10_000) }, (_, at) =>
      whole.subarray(at * 10_000, (at + 1) * 10_000),
    );

    expect(read(...reads).map(({ message }) => message.length)).toEqual([65_536, 65_536, 4]);
    expect(read(whole).map(({ message }) => message.length)).toEqual([65_536, 65_536, 4]);
  });

  it('takes the first of a field that was given twice', () => {
    expect(read(entry(text('MESSAGE', 'a'), text('_UID', '1000'), text('_UID', '0')))).toMatchObject([{ uid: '1000' }]);
  });

  it('leaves out what has no message', () => {
    expect(read(entry(...kubelet), Buffer.from('\n\n\n'))).toEqual([]);
  });
});

describe('the JSON format', () => {
  it.each([
    ['a text', '"a"', 'a'],
    ['bytes', '[97,255]', 'a\ufffd'],
    ['several values', '["a","b"]', 'a'],
  ])('has %s', (_, value, message) => {
    expect(parseJournalJson(`{"MESSAGE":${value},"__REALTIME_TIMESTAMP":"1000","__CURSOR":"c","_UID":"0"}`)).toMatchObject({
      message,
      time: 1,
      cursor: 'c',
      uid: '0',
    });
  });

  it.each([
    ['null'],
    ['[]'],
    ['{'],
    [''],
    ['{"MESSAGE":null,"__REALTIME_TIMESTAMP":"1"}'],
    ['{"MESSAGE":"a"}'],
  ])('%s is no entry', (line) => {
    expect(parseJournalJson(line)).toBeUndefined();
  });
});

describe('an entry is trusted', () => {
  const base = {
    cursor: '',
    time: 0,
    message: '',
    identifier: 'kubelet',
    transport: 'stdout',
    unit: 'kubelet.service',
    uid: '0',
    pid: '7',
  };

  it.each([
    ['a service of root', {}, true],
    ['the kernel', { identifier: 'kernel', transport: 'kernel', unit: '', uid: '' }, true],
    ['systemd itself', { identifier: 'systemd', unit: 'init.scope', pid: '1' }, true],
    ['anybody who logs as kubelet', { uid: '1000', unit: 'user@1000.service' }, false],
    ['root in a container', { unit: 'cri-containerd-abc.scope' }, false],
    ['root in a session', { unit: 'session-1.scope' }, false],
    ['a program that says it is the kernel', { identifier: 'kernel', transport: 'syslog' }, false],
    ['a program that says it is systemd', { identifier: 'systemd' }, false],
    ['nobody knows', { unit: '', uid: '' }, false],
  ])('%s: %s', (_, part, trusted) => {
    expect(isTrustedEntry({ ...base, ...part })).toBe(trusted);
  });
});
