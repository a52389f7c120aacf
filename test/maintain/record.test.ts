import { describe, expect, it } from 'vitest';
import {
  type CommandTraces,
  judgeCommand,
  nextStage,
  overruled,
  resumed,
  type STAGES,
  stagesOf,
} from '../../lib/maintain/record.ts';
import { OTHER, OWNER, order } from '../fakes/maintained-node.ts';

const traces: CommandTraces = { begun: 'b1', boot: 'b1', code: undefined, pid: undefined, hasBegun: true };

describe('stages', () => {
  it.each([true, false])('follow one another, reboot: %s', (reboot) => {
    const seen = ['drain' as (typeof STAGES)[number] | undefined];
    while (seen.at(-1) !== undefined) seen.push(nextStage(seen.at(-1) ?? 'drain', { reboot }));

    expect(seen.slice(0, -1)).toEqual(stagesOf({ reboot }));
    expect(seen.includes('reboot')).toBe(reboot);
  });
});

describe('judgeCommand', () => {
  it.each<[string, Partial<CommandTraces>, string]>([
    ['never begun', { begun: undefined, code: 0, hasBegun: false }, 'fresh'],
    ['to be begun, and its shell never came to life', { hasBegun: false }, 'fresh'],
    ['at work', { pid: 5 }, 'running'],
    ['its shell is coming to life', { pid: 5, hasBegun: false }, 'running'],
    ['ended well', { code: 0 }, 'ended'],
    ['ended badly', { code: 3 }, 'ended'],
    ['ended before the host went down', { code: 0, boot: 'b2' }, 'ended'],
    ['killed', {}, 'lost'],
    ['cut short by the host', { boot: 'b2' }, 'lost'],
    ['another process of that name after a boot', { boot: 'b2', pid: 5 }, 'lost'],
    ['of another boot, its mark not on disk', { boot: 'b2', hasBegun: false }, 'lost'],
  ])('%s', (_what, changes, kind) => expect(judgeCommand({ ...traces, ...changes }).kind).toBe(kind));
});

describe('overruled', () => {
  const record = { order: order(), stage: 'command', boot: 'b', cordon: 'ours' } as const;

  it.each([
    ['as we left it', { unschedulable: true, owner: OWNER }, undefined],
    ['uncordoned', { unschedulable: false, owner: undefined }, 'uncordoned'],
    ['uncordoned, the annotation left', { unschedulable: false, owner: OWNER }, 'uncordoned'],
    ['cordoned by another', { unschedulable: true, owner: OTHER }, 'somebody else'],
    ['cordoned without a name', { unschedulable: true, owner: undefined }, 'somebody else'],
    ['deleted', 'absent', 'deleted'],
  ] as const)('%s', (_what, node, why) => {
    expect(overruled(node, record)).toEqual(why === undefined ? undefined : expect.stringContaining(why));
  });

  it('a cordon that was there before may be anybody’s', () => {
    expect(overruled({ unschedulable: true, owner: OTHER }, { ...record, cordon: 'theirs' })).toBeUndefined();
  });
});

describe('resumed', () => {
  const stopped = { why: 'w', at: 0, waiting: true };

  it.each([
    ['waited for: the work is done', { command: [] as string[] }, 'command', stopped, undefined, 'skip'],
    ['killed before it waited', { command: [] as string[] }, 'command', undefined, undefined, undefined],
    ['a command that failed', { command: ['false'] }, 'command', { ...stopped, waiting: false }, undefined, undefined],
    ['a command, to be run again', { command: ['false'] }, 'command', { ...stopped, waiting: false }, 'rerun', 'rerun'],
  ] as const)('%s', (_what, changes, stage, was, word, expected) => {
    const record = { order: order(changes), stage, boot: 'b', ...(was === undefined ? {} : { stopped: was }) };
    const next = resumed(record, word);

    expect(next.word).toBe(expected);
    expect(next.stopped).toBeUndefined();
  });

  it('forgets a word of before', () => {
    expect(resumed({ order: order(), stage: 'command', boot: 'b', word: 'rerun' }).word).toBeUndefined();
  });
});
