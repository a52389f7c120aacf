import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../lib/tune/transaction.ts';
import { judge, type Witnesses } from '../../lib/tune/witness.ts';

const START = 1_000_000;
const process = { pid: 900, startTicks: 7, boot: 'b', argv: ['/k', '--eviction-hard=a<1'], startedAt: START };
const former = { pid: 812, startTicks: 5, boot: 'b' };
const hard = { 'memory.available': '100Mi', 'nodefs.available': '5%' };
const expected: Expectation = { argv: process.argv, hard, soft: {}, grace: {} };
const files = { hard, soft: {}, grace: {} };
const well: Witnesses = {
  process,
  read: files,
  filesChangedAt: START - 1,
  node: { kind: 'ready', heartbeatAt: START + 500 },
  now: START + 3000,
};

describe('judge', () => {
  it.each<[string, Partial<Witnesses>, string]>([
    ['files and Node', {}, 'its command line and files, its Node'],
    ['its own answer', { configz: files, read: { ...files, hard: {} } }, 'configz, its Node'],
    ['its log too', { logged: { ...hard, 'allocatableMemory.available': '100Mi' } }, 'its log'],
    ['a quantity in other words', { logged: { ...hard, 'memory.available': '102400Ki' } }, 'its log'],
    ['what it derives by itself', { configz: { ...files, hard: { ...hard, 'containerfs.available': '5%' } } }, 'configz'],
    [
      'no API server, healthy for 10 s',
      { node: { kind: 'unseen', why: 'down' }, now: START + 10_001 },
      'healthz (the Node is not to be seen: down)',
    ],
  ])('proved by %s', (_name, more, how) => {
    const verdict = judge(expected, former, { ...well, ...more });

    expect(verdict).toMatchObject({ kind: 'proved' });
    expect(verdict.kind === 'proved' ? verdict.how : '').toContain(how);
  });

  it.each<[string, Partial<Witnesses>, string, string]>([
    ['another command line', { process: { ...process, argv: ['/k'] } }, 'otherwise', 'another command line'],
    ['started before the files were written', { filesChangedAt: START }, 'otherwise', 'before the files'],
    [
      'configz says other, whatever the files say',
      { configz: { ...files, hard: { 'nodefs.available': '5%' } } },
      'otherwise',
      'memory.available unguarded',
    ],
    ['the log says other', { logged: { 'nodefs.available': '10%' } }, 'otherwise', 'logged'],
    [
      'a signal more than wanted',
      { read: { ...files, hard: { ...hard, 'pid.available': '5%' } } },
      'otherwise',
      'pid.available 5%',
    ],
    [
      'a soft one that is not wanted',
      { read: { ...files, soft: { 'nodefs.available': '20%' } } },
      'otherwise',
      'nodefs.available 20%',
    ],
    ['files that cannot be read', { read: { ...files, uncertain: 'EACCES' } }, 'otherwise', 'EACCES'],
    ['a Ready of before the start', { node: { kind: 'ready', heartbeatAt: START - 5000 } }, 'not-yet', 'no word of it'],
    ['a Node without any stamp', { node: { kind: 'ready' } }, 'not-yet', 'no word of it'],
    ['a Node that is not Ready', { node: { kind: 'not-ready', why: 'PLEG' } }, 'not-yet', 'PLEG'],
    ['no API server, healthy for a moment', { node: { kind: 'unseen', why: 'down' } }, 'not-yet', '10s'],
    ['a port that does not answer', { unhealthy: 'refused' }, 'not-yet', 'refused'],
    ['the process of before', { process: { ...process, ...former } }, 'not-yet', 'still runs'],
  ])('not proved: %s', (_name, more, kind, why) => {
    expect(judge(expected, former, { ...well, ...more })).toEqual({ kind, why: expect.stringContaining(why) });
  });

  it('is not proved without a kubelet', () => {
    const { process: _, ...none } = well;

    expect(judge(expected, former, none)).toMatchObject({ kind: 'not-yet' });
  });

  it('takes the same PID and tick after a reboot for another process', () => {
    expect(judge(expected, { ...process, boot: 'before' }, well)).toMatchObject({ kind: 'proved' });
  });

  it('asks only for what was foretold', () => {
    expect(judge({}, former, { ...well, process: { ...process, argv: ['/other'] }, read: { ...files, hard: {} } })).toMatchObject(
      {
        kind: 'proved',
      },
    );
  });
});
