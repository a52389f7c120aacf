import { describe, expect, it } from 'vitest';
import { bufferLease, earliest, groupOf, groupSelector } from '../../lib/drain-remedy/groups.ts';
import { parseOrder, parseRecord } from '../../lib/drain-remedy/record.ts';
import { cordonOf } from '../../lib/drain-remedy/stand-down.ts';
import { troubleBy } from '../../lib/drain-remedy/trouble.ts';
import type { MoveStage } from '../../lib/model/move-work.ts';
import { order } from '../fakes/move-world.ts';

const OURS = { 'nodemend.io/cordoned-by': 'agent: drain for X, 2026-01-01T00:00:00Z', 'nodemend.io/moved-for': 'i' };
const node = (unschedulable: boolean, annotations: Record<string, string> = {}) => ({
  metadata: { name: 'n', annotations },
  spec: { unschedulable },
});

describe('whose cordon it is', () => {
  it.each<[string, ReturnType<typeof node>, MoveStage, string]>([
    ['nobody has cordoned', node(false), 'begun', 'none'],
    ['we have', node(true, OURS), 'cordoned', 'ours'],
    ['somebody without a word', node(true), 'begun', 'others'],
    [
      'a person with nodemend',
      node(true, { 'nodemend.io/cordoned-by': 'person: root, 2026-01-01T00:00:00Z' }),
      'begun',
      'others',
    ],
    ['a word that is none', node(true, { 'nodemend.io/cordoned-by': 'agent' }), 'cordoned', 'others'],
    ['ours was lifted', node(false, OURS), 'cordoned', 'lifted'],
    ['ours was lifted before we wrote down that it stood', node(false, OURS), 'cordoning', 'lifted'],
    ['ours was lifted with every word of it', node(false), 'scheduled', 'lifted'],
    ['of an incident before', node(false, { ...OURS, 'nodemend.io/moved-for': 'other' }), 'begun', 'none'],
  ])('%s', (_name, given, stage, expected) => {
    expect(cordonOf(given, { incident: 'i', stage })).toBe(expected);
  });
});

describe('a cordon that was lifted and set again between two looks', () => {
  const by = (...managers: readonly string[]) => ({
    ...node(true, OURS),
    metadata: {
      name: 'n',
      annotations: OURS,
      managedFields: [
        { manager: 'nodemend', fieldsV1: { 'f:metadata': { 'f:annotations': {} } } },
        ...managers.map((manager) => ({ manager, fieldsV1: { 'f:spec': { 'f:unschedulable': {} } } })),
      ],
    },
  });

  it.each([
    ['ours', ['nodemend'], 'ours'],
    ['of both', ['kubectl', 'nodemend'], 'ours'],
    ['theirs', ['kubectl'], 'others'],
    ['nobody says whose', [], 'ours'],
  ])('is %s', (_name, managers, expected) => {
    expect(cordonOf(by(...managers), { incident: 'i', stage: 'scheduled' })).toBe(expected);
  });
});

describe('what the agent says of the problem', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const problem = (state: string, subject?: string) => ({
    type: 'KernelDeadlock',
    state,
    ...(subject === undefined ? {} : { subject }),
  });
  const status = (problems: readonly object[], age = 5) =>
    ({ time: new Date(now - age * 1000).toISOString(), problems }) as never;

  it.each([
    ['stands', status([problem('active')]), 'stands'],
    ['is clearing: not decided', status([problem('clearing')]), 'unknown'],
    ['is suspected: not decided', status([problem('suspected')]), 'unknown'],
    ['is not there any more', status([]), 'over'],
    ['is about something else', status([problem('active', 'docker.service')]), 'over'],
    ['was said too long ago', status([], 90), 'unknown'],
    ['was said in the future', status([], -90), 'unknown'],
    ['is not said', undefined, 'unknown'],
    ['is said with a time that is none', { time: 'x', problems: [] } as never, 'unknown'],
  ])('%s', (_name, given, expected) => {
    expect(troubleBy(given, order(), now)).toBe(expected);
  });
});

describe('groups', () => {
  const settings = { groupLabels: ['app', 'shard'] };

  it('are the values of labels', () => {
    expect(groupOf({ app: 'a', other: 'x' }, settings)).toBe('app=a,shard=');
    expect(groupSelector({ app: 'a' }, settings)).toBe('app=a,!shard');
    expect(groupOf({ app: 'a' }, { groupLabels: [] })).toBe('');
  });

  it('have Leases of their own, whose names are names', () => {
    const names = ['', 'app=a', 'app=b', `app=${'ü'.repeat(300)}`].map(bufferLease);

    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  });

  it('are found by agents of every version by the same name', () => {
    expect(bufferLease('')).toBe('drain-buffer');
    expect(bufferLease('app=a')).toBe('drain-buffer.1047a806f96d8020');
  });

  it.each([
    ['none before', undefined, 1000],
    ['a while ago', 0, 600],
    ['a moment ago', 900, 1500],
    ['by a clock that is ahead', 90_000, 1600],
  ])('wait for their buffer: %s', (_name, at, expected) => {
    expect(earliest(at === undefined ? undefined : { at, node: 'n', action: 'a' }, 600, 1000)).toBe(expected);
  });
});

describe('records', () => {
  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"action":"a"}',
    '{"action":"a","incident":"i","verb":"drain","type":"X","stage":"odd"}',
    '\0',
  ])('%j is none', (text) => {
    expect(parseRecord(text)).toBeUndefined();
    expect(parseOrder(text)).toBeUndefined();
  });
});
