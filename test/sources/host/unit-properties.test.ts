import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../lib/host/host.ts';
import { parseUnitProperties, readUnitProperties, unitNumber, unitSpan } from '../../../lib/sources/host/unit-properties.ts';
import { fakeNode } from '../../fakes/node.ts';

describe('parseUnitProperties', () => {
  it('reads one block per unit, values with equal signs, and repeated names', () => {
    const text =
      'Id=a.service\nExecStart={ path=/bin/a ; argv[]=/bin/a --x=y }\n\nId=b.service\nEnvironment=\nAfter=one\nAfter=two\n';

    expect(parseUnitProperties(text)).toEqual([
      { Id: 'a.service', ExecStart: '{ path=/bin/a ; argv[]=/bin/a --x=y }' },
      { Id: 'b.service', Environment: '', After: 'one\ntwo' },
    ]);
  });

  it.each(['', '\n\n\n', 'no property at all', '\0=\0'])('gives nothing for %j', (text) => {
    expect(parseUnitProperties(text)).toEqual([]);
  });
});

describe('unitNumber', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    ['[not set]', undefined],
    ['infinity', undefined],
    ['', undefined],
    ['-1', undefined],
  ])('reads %j', (text, expected) => {
    expect(unitNumber({ X: text }, 'X')).toBe(expected);
  });
});

describe('unitSpan', () => {
  it.each([
    ['10s', 10_000],
    ['1min 30s', 90_000],
    ['100ms', 100],
    ['1.5s', 1500],
    ['0', 0],
    ['infinity', undefined],
    ['', undefined],
    [undefined, undefined],
    ['10 apples', undefined],
  ])('reads %j', (text, expected) => {
    expect(unitSpan(text)).toBe(expected);
  });
});

describe('readUnitProperties', () => {
  const exited = (code: number, stderr: string): RunResult => ({ kind: 'exited', code, stdout: '', stderr, truncated: false });

  it.each<[string, RunResult, object]>([
    ['no systemctl', { kind: 'not-found', file: 'systemctl' }, { kind: 'absent', why: 'no systemctl on this host' }],
    [
      'another init',
      exited(
        1,
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
      ),
      { kind: 'absent', why: 'this host does not run systemd' },
    ],
    [
      'a dead bus',
      exited(1, 'Failed to get properties: Connection timed out\n'),
      { kind: 'silent', why: 'systemctl show: Failed to get properties: Connection timed out' },
    ],
    [
      'a frozen PID 1',
      { kind: 'timed-out', after: 2000, stdout: '', stderr: '' },
      { kind: 'silent', why: 'systemctl gave no answer within 2s' },
    ],
    [
      'a killed systemctl',
      { kind: 'signalled', signal: 'SIGSEGV', stdout: '', stderr: '' },
      { kind: 'silent', why: 'systemctl: SIGSEGV' },
    ],
  ])('says what happened with %s', async (_, result, expected) => {
    const host = fakeNode({ commands: { 'systemctl show --no-pager --property=Id -- a.service': result } });

    expect(await readUnitProperties(host, ['a.service'], ['Id'])).toEqual(expected);
  });
});
