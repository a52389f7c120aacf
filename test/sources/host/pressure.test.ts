import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import type { PathFailure } from '../../../lib/host/host.ts';
import { isUnavailable } from '../../../lib/model/source.ts';
import { parseLoadavg, parseMemory, parsePressure, parseStatCounts, pressure } from '../../../lib/sources/host/pressure.ts';
import { describePressure } from '../../../lib/sources/host/pressure-words.ts';
import { fakeNode } from '../../fakes/node.ts';

const CPU = `some avg10=12.50 avg60=3.10 avg300=0.90 total=115146613
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`;
const IO = `some avg10=88.91 avg60=70.00 avg300=40.00 total=9000000000
full avg10=44.00 avg60=30.00 avg300=20.00 total=8000000000
`;
const STAT = `cpu  9112 0 4209 330000 1210 0 30 12 0 0
cpu0 4556 0 2104 165000 605 0 15 6 0 0
cpu1 4556 0 2104 165000 605 0 15 6 0 0
intr 1 2 3
ctxt 1990473
btime 1062191376
processes 2915
procs_running 4
procs_blocked 17
`;
const MEMINFO = 'MemTotal:        8054936 kB\nMemFree:          224320 kB\nMemAvailable:    2000000 kB\n';
const FILES = {
  '/proc/pressure/cpu': CPU,
  '/proc/pressure/memory': CPU,
  '/proc/pressure/io': IO,
  '/proc/loadavg': '17.20 9.10 3.00 4/1231 20744\n',
  '/proc/stat': STAT,
  '/proc/meminfo': MEMINFO,
};

async function read(files: Readonly<Record<string, string | PathFailure>>) {
  const fact = await gatherer(fakeNode({ files })).fact(pressure);
  if (isUnavailable(fact)) throw new Error(fact.unavailable);
  return fact;
}

describe('parsePressure', () => {
  it('reads both lines', () => {
    expect(parsePressure(IO)).toEqual({
      some: { avg10: 88.91, avg60: 70, avg300: 40, total: 9_000_000_000 },
      full: { avg10: 44, avg60: 30, avg300: 20, total: 8_000_000_000 },
    });
  });

  it('reads the CPU of a kernel before 5.13, which has no full line', () => {
    expect(parsePressure('some avg10=1.00 avg60=2.00 avg300=3.00 total=4\n')?.full).toBeUndefined();
  });

  it.each([
    '',
    '\0\0',
    'full avg10=1.00 avg60=2.00 avg300=3.00 total=4',
    'some avg10=x',
    'some avg10=1.00 avg60=2.00',
  ])('gives nothing for %j', (text) => {
    expect(parsePressure(text)).toBeUndefined();
  });
});

describe('parseLoadavg', () => {
  it('reads averages and the number of tasks', () => {
    expect(parseLoadavg('0.23 0.65 0.52 1/1231 20744\n')).toEqual({ avg1: 0.23, avg5: 0.65, avg15: 0.52, tasks: 1231 });
  });

  it.each(['', '0.23 0.65', 'a b c d/e f'])('gives nothing for %j', (text) => {
    expect(parseLoadavg(text)).toBeUndefined();
  });
});

describe('parseStatCounts', () => {
  it('counts CPUs, running and blocked tasks', () => {
    expect(parseStatCounts(STAT)).toEqual({ processors: 2, runnable: 4, blocked: 17 });
  });

  it('leaves out what is not there', () => {
    expect(parseStatCounts('intr 1 2 3\n')).toEqual({});
  });
});

describe('parseMemory', () => {
  it('reads bytes', () => {
    expect(parseMemory(MEMINFO)).toEqual({ memoryTotal: 8054936 * 1024, memoryAvailable: 2000000 * 1024 });
  });

  it('leaves out MemAvailable of a kernel before 3.14', () => {
    expect(parseMemory('MemTotal: 8054936 kB\nMemFree: 1 kB\n')).toEqual({ memoryTotal: 8054936 * 1024 });
  });
});

describe('pressure', () => {
  it('reads everything a kernel with PSI gives', async () => {
    expect(describePressure(await read(FILES))).toBe(
      'load 17.2 9.1 3 on 2 CPUs; 17 tasks blocked on I/O; memory 1.91 GiB of 7.68 GiB available; ' +
        'stalled in the last 10 s: cpu 13 %, memory 13 % (all tasks 0 %), io 89 % (all tasks 44 %)',
    );
  });

  it.each<[string, PathFailure, string]>([
    ['without PSI', { kind: 'missing' }, 'the kernel has no pressure stall information (Linux 4.20, CONFIG_PSI)'],
    ['with PSI switched off', { kind: 'failed', code: 'EOPNOTSUPP' }, 'the kernel was booted without psi=1'],
    ['with PSI switched off (node 24)', { kind: 'failed', code: 'ENOTSUP' }, 'the kernel was booted without psi=1'],
    ['that does not answer', { kind: 'timed-out', after: 2000 }, '/proc/pressure: no answer within 2s'],
  ])('never takes a kernel %s for one without pressure', async (_, failure, why) => {
    const fact = await read({ ...FILES, '/proc/pressure/io': failure });

    expect(fact.stall).toEqual({ kind: 'unavailable', why });
    expect(describePressure(fact)).toContain(`stalls not known: ${why}`);
  });

  it('does not take an unknown format for no pressure', async () => {
    expect((await read({ ...FILES, '/proc/pressure/cpu': 'nonsense' })).stall.kind).toBe('unavailable');
  });

  it('says what it does not know', async () => {
    expect(describePressure(await read({}))).toBe(
      'load not known; memory not known; stalls not known: the kernel has no pressure stall information (Linux 4.20, CONFIG_PSI)',
    );
  });
});
