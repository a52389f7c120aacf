import { describe, expect, it } from 'vitest';
import { fakeNode } from '../../../fakes/node.ts';
import { zombies } from '../lib/checks/zombies.ts';
import { zombieProcesses } from '../lib/sources/host/zombie-processes.ts';

const context = { use: () => Promise.reject(new Error('no other source')), signal: AbortSignal.timeout(1000), thorough: true };
const settings = { warnAt: 100 };

async function judge(processes: readonly { readonly state: string; readonly parent: number }[]) {
  const fact = await zombieProcesses.read(fakeNode({ processes }), context);
  return zombies.evaluate({ fact }, { now: 0, settings });
}
const ended = (count: number, parent: number) => Array.from({ length: count }, () => ({ state: 'Z', parent }));

describe('zombies', () => {
  it('passes while few wait, of whatever parent', async () => {
    expect(await judge([...ended(99, 7), ...ended(60, 8), { state: 'S', parent: 7 }])).toMatchObject([
      { verdict: 'pass', message: '99 zombies of one parent at most' },
    ]);
  });

  it('names the parent that does not reap', async () => {
    expect(await judge([...ended(3, 7), ...ended(250, 4711)])).toMatchObject([
      {
        verdict: 'warn',
        reason: 'ChildrenNotReaped',
        subject: '4711',
        message: '250 ended processes wait for their parent, process 4711, against a limit of 100',
        advice: [{ command: 'ps -o pid,ppid,lstart,args -p 4711; ps --ppid 4711 | head' }, { command: 'kill -TERM 4711' }],
      },
    ]);
  });

  it.each([
    ['the list was cut', { kind: 'counted', byParent: new Map([[7, 3]]), truncated: true }],
    ['/proc does not answer', { kind: 'unreadable', why: 'permission denied' }],
  ] as const)('cannot tell when %s', (_name, fact) => {
    expect(zombies.evaluate({ fact }, { now: 0, settings })).toMatchObject([{ verdict: 'unknown' }]);
  });

  it('finds what it can in a list that was cut', () => {
    const fact = { kind: 'counted', byParent: new Map([[7, 300]]), truncated: true } as const;

    expect(zombies.evaluate({ fact }, { now: 0, settings })).toMatchObject([{ verdict: 'warn', subject: '7' }]);
  });
});
