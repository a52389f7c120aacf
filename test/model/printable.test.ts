import { describe, expect, it } from 'vitest';
import { printable, safeJson } from '../../lib/model/printable.ts';

const HOSTILE = 'a\u001b[2Jb\u009bc\u202ed\u0007\r';

describe('printable', () => {
  it('leaves nothing that drives a terminal', () => {
    expect(printable(HOSTILE)).toBe('a\\x1b[2Jb\\x9bc\\x202ed\\x07\\x0d');
  });

  it('makes one line of several', () => {
    expect(printable('one\ntwo\tthree')).toBe('one two three');
  });

  it('bounds the length', () => {
    expect(printable('x'.repeat(5000), 10)).toBe('xxxxxxxxxx…');
  });
});

describe('safeJson', () => {
  it('keeps the value and escapes what JSON leaves raw', () => {
    const text = safeJson({ message: HOSTILE }, 2);

    expect(JSON.parse(text)).toEqual({ message: HOSTILE });
    expect(text).not.toContain('\u009b');
    expect(text).not.toContain('\u202e');
  });
});
