import { describe, expect, it } from 'vitest';
import { fillIn, shellWord } from '../../lib/model/advice.ts';

describe('shellWord', () => {
  it.each([
    ['/mnt/data', '/mnt/data'],
    ['/mnt/my disk', "'/mnt/my disk'"],
    ["/mnt/$(reboot)'; rm", "'/mnt/$(reboot)'\\''; rm'"],
    ['', "''"],
  ])('quotes %j', (text, expected) => {
    expect(shellWord(text)).toBe(expected);
  });

  it.each(['a\nb', '\u001b[31m', 'a\u007f'])('refuses %j', (text) => {
    expect(shellWord(text)).toBeUndefined();
  });
});

describe('fillIn', () => {
  it('replaces whole words in commands alone', () => {
    const advice = fillIn([{ text: 'end PID', command: 'kill PID; ls PIDS' }], { PID: '12' });

    expect(advice).toEqual([{ text: 'end PID', command: 'kill 12; ls PIDS' }]);
  });

  it('puts the value in as it is, whatever it looks like to a replacement', () => {
    expect(fillIn([{ text: '', command: 'ls FILE' }], { FILE: "$&$'" })[0]?.command).toBe("ls '$&$'\\'''");
  });

  it('keeps the placeholder for what cannot be typed', () => {
    expect(fillIn([{ text: '', command: 'umount MOUNTPOINT' }], { MOUNTPOINT: 'a\nb' })[0]?.command).toBe('umount MOUNTPOINT');
  });
});
