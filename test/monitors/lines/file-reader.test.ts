import { describe, expect, it } from 'vitest';
import { FileReader, type LineDemand } from '../../../lib/monitors/lines/file-reader.ts';
import { compilePattern, Regexp } from '../../../lib/monitors/regexp/regexp.ts';
import { parseLayout } from '../../../lib/monitors/time/layout.ts';

const pattern = (source: string) => {
  const regexp = compilePattern(source);
  return regexp instanceof Regexp ? regexp : expect.fail(regexp.message);
};

const source = {
  plugin: 'filelog' as const,
  path: '/var/log/kern.log',
  translation: {
    timestamp: pattern('^.{15}'),
    message: pattern('kernel: \\[ *[0-9.]+\\] (.*)'),
    layout: parseLayout('Jan _2 15:04:05'),
  },
  skip: [' audit['],
};

const needing = (needle: string): LineDemand => ({
  needsEveryLine: false,
  search: (bytes, from) => Buffer.from(bytes).indexOf(needle, from),
});
const everything: LineDemand = { needsEveryLine: true, search: () => expect.fail('not asked') };

const now = new Date(2026, 10, 21, 12, 0, 10).getTime();
const line = (message: string, second = '09') => `Nov 21 12:00:${second} node-1 kernel: [   12.345678] ${message}\n`;
const text = (...lines: readonly string[]) => Buffer.from(lines.join(''));

describe('the lines of a file', () => {
  it('have a time and a message', () => {
    expect(new FileReader(source, everything).read(text(line('a'), line('é')), now)).toEqual([
      { message: 'a', time: now - 1000, trusted: false },
      { message: 'é', time: now - 1000, trusted: false },
    ]);
  });

  it('are taken apart only if a rule may be about them, but for the first', () => {
    const reader = new FileReader(source, needing('EXT4'));
    const found = reader.read(
      text(line('first'), 'no line of the kernel\n', line('noise'), line('EXT4-fs error'), line('more'), line('EXT4 twice EXT4')),
      now,
    );

    expect(found.map(({ message }) => message)).toEqual(['first', 'EXT4-fs error', 'EXT4 twice EXT4']);
    expect(reader.unreadable.take()).toEqual([]);
  });

  it('are dropped when they are older than the start, or skipped by a word', () => {
    const reader = new FileReader(source, everything, now - 5000);
    const found = reader.read(text(line('old', '04'), line('at the start', '05'), line('kernel audit[12]: x')), now);

    expect(found.map(({ message }) => message)).toEqual(['at the start']);
  });

  it('are counted when they cannot be read, with one example', () => {
    const reader = new FileReader(source, everything);
    reader.read(
      text('short\n', 'x\n', '2026-11-21T12:00:00Z node-1 kernel: [1.0] iso\n', 'Nov 21 12:00:00 node-1 no kernel\n'),
      now,
    );

    expect(reader.unreadable.take()).toEqual([
      { why: 'no timestamp', count: 2, since: now, example: 'short' },
      { why: 'bad timestamp', count: 1, since: now, example: '2026-11-21T12:00:00Z node-1 kernel: [1.0] iso' },
      { why: 'no message', count: 1, since: now, example: 'Nov 21 12:00:00 node-1 no kernel' },
    ]);
    expect(reader.unreadable.take()).toEqual([]);
  });
});
