import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import { osRelease, parseOsRelease, parseShellValue } from '../../../lib/sources/host/os-release.ts';
import { fakeNode } from '../../fakes/node.ts';

describe('parseShellValue', () => {
  it.each([
    ['plain', 'plain'],
    ['"two words"', 'two words'],
    ["'single $x'", 'single $x'],
    ['"a \\"quoted\\" \\$x \\\\"', 'a "quoted" $x \\'],
    ['"; # is no comment"', '; # is no comment'],
    ['cut # here', 'cut'],
    ['back\\ slash', 'back slash'],
    ['', ''],
    ['"open', '"open'],
  ])('reads %s', (text, value) => {
    expect(parseShellValue(text)).toBe(value);
  });
});

describe('parseOsRelease', () => {
  it('reads CentOS 7', () => {
    const text =
      'NAME="CentOS Linux"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n\n';

    expect(parseOsRelease(text)).toEqual({
      id: 'centos',
      idLike: ['rhel', 'fedora'],
      versionId: '7',
      prettyName: 'CentOS Linux 7 (Core)',
    });
  });

  it.each([
    [`VERSION_ID='7.10'`, '7.10'],
    ['VERSION_ID=7.10', '7.10'],
    ['VERSION_ID="3" # three', '3'],
    ['VERSION_ID=true', 'true'],
    ['VERSION_ID="null"', 'null'],
    ['VERSION_ID=a#b', 'a#b'],
  ])('takes the version of %j for a word, as a shell does', (text, versionId) => {
    expect(parseOsRelease(text).versionId).toBe(versionId);
  });

  it.each(['', '\0\0', '# ID=x\nnothing'])('knows only Linux from %j', (text) => {
    expect(parseOsRelease(text)).toEqual({ id: 'linux', idLike: [], prettyName: 'linux' });
  });
});

describe('osRelease', () => {
  it("falls back to the vendor's file", async () => {
    const host = fakeNode({ files: { '/usr/lib/os-release': 'ID=flatcar\n' } });

    expect(await gatherer(host).fact(osRelease)).toMatchObject({ id: 'flatcar' });
  });
});
