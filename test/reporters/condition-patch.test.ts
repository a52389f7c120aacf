import { describe, expect, it } from 'vitest';
import { parseNodeStatus } from '../../lib/kube/node-status.ts';
import { toSeconds } from '../../lib/model/time-text.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { ownershipOf, planConditions, type Written } from '../../lib/reporters/condition-patch.ts';
import type { Condition, Wish } from '../../lib/reporters/conditions.ts';

const NOW = Date.parse('2026-01-01T01:00:00.700Z');
const TYPE = 'PLEGUnhealthy';
const at = (ago: number) => toSeconds(NOW - ago);

const False: Condition = { type: TYPE, status: 'False', reason: 'NoPLEGUnhealthy', message: 'relist 1 s ago' };
const True: Condition = { type: TYPE, status: 'True', reason: 'PlegStalled', message: 'relist 60 s ago' };
const onServer = (condition: Condition, ago: number) => ({
  ...condition,
  lastHeartbeatTime: at(ago),
  lastTransitionTime: at(minutes(50)),
});

interface Report {
  readonly ago: number;
  readonly types: readonly string[];
}

function node(conditions: readonly object[], report?: Report) {
  const json = report === undefined ? undefined : JSON.stringify({ time: at(report.ago), conditions: report.types });
  const annotations = json === undefined ? {} : { 'nodemend.io/report': json };
  const parsed = parseNodeStatus({ kind: 'Node', metadata: { annotations }, status: { conditions } }, 'nodemend.io/report');
  if (parsed === undefined) throw new Error('no Node');
  return parsed;
}

const wrote = (condition: Condition): Written => new Map([[condition.type, condition]]);
const nothing: Written = new Map();
const ours = { ago: seconds(60), types: [TYPE] };

function plan(wish: Wish | undefined, conditions: readonly object[], written: Written, report?: Report) {
  const server = node(conditions, report);
  const wishes = new Map(wish === undefined ? [] : [[TYPE, wish]]);
  return planConditions(wishes, server, ownershipOf(server, { written, unsure: new Map() }, NOW), written, NOW);
}

const set = (condition: Condition): Wish => ({ kind: 'set', condition });
const unlessTrue: Wish = { kind: 'unless-true', condition: False };
const keep: Wish = { kind: 'keep', type: TYPE };
const beat = { type: TYPE, lastHeartbeatTime: at(0) };
const moved = (condition: Condition) => ({ ...condition, lastHeartbeatTime: at(0), lastTransitionTime: at(0) });
const removed = { type: TYPE, $patch: 'delete' };

describe('planConditions', () => {
  it.each<[string, ReturnType<typeof plan>, readonly object[]]>([
    ['writes what is not there', plan(set(False), [], nothing), [moved(False)]],
    ['beats what is the same', plan(set(False), [onServer(False, 60_000)], wrote(False)), [beat]],
    [
      'keeps the transition when only the words change',
      plan(set({ ...False, message: 'relist 2 s ago' }), [onServer(False, 60_000)], wrote(False)),
      [{ ...False, message: 'relist 2 s ago', lastHeartbeatTime: at(0) }],
    ],
    ['moves the transition with the status', plan(set(True), [onServer(False, 60_000)], wrote(False)), [moved(True)]],
    [
      'keeps the transition of the agent before it',
      plan(set({ ...True, message: 'relist 70 s ago' }), [onServer(True, 60_000)], nothing, ours),
      [{ ...True, message: 'relist 70 s ago', lastHeartbeatTime: at(0) }],
    ],
    ['lets a True stand while it is repaired', plan(unlessTrue, [onServer(True, 60_000)], nothing, ours), [beat]],
    ['is False while it is repaired for the first time', plan(unlessTrue, [], nothing), [moved(False)]],
    ['keeps what nobody can tell', plan(keep, [onServer(True, 60_000)], nothing, ours), [beat]],
    ['writes nothing that nobody can tell', plan(keep, [], nothing), []],
    ['removes what is off', plan(undefined, [onServer(False, 60_000)], wrote(False)), [removed]],
    ['removes what an earlier version had', plan(undefined, [onServer(False, 60_000)], nothing, ours), [removed]],
    ['leaves a stranger’s', plan(set(True), [onServer(False, 60_000)], nothing), []],
    ['leaves a stranger’s that is off', plan(undefined, [onServer(False, 60_000)], nothing), []],
    ['leaves one that a stranger took over', plan(set(False), [onServer(True, 0)], wrote(False)), []],
    ['leaves one that was ours and is heartbeated by another', plan(set(True), [onServer(False, 30_000)], nothing, ours), []],
    ['takes one that nobody keeps alive', plan(set(True), [onServer(False, minutes(16))], nothing), [moved(True)]],
    [
      'writes in full what somebody had deleted',
      plan(set(False), [{ type: TYPE, lastHeartbeatTime: at(0) }], wrote(False)),
      [moved(False)],
    ],
    ['takes one without any heartbeat', plan(set(True), [{ ...False }], nothing), [moved(True)]],
  ])('%s', (_, { changes }, expected) => {
    expect(changes).toEqual(expected);
  });

  it('never touches the kubelet’s own, whatever the report says', () => {
    const ready = { ...onServer({ ...True, type: 'Ready' }, 60_000) };
    const server = node([ready], { ago: seconds(60), types: ['Ready', TYPE] });
    const ownership = ownershipOf(server, { written: wrote({ ...True, type: 'Ready' }), unsure: new Map() }, NOW);
    const wishes = new Map([['Ready', set({ ...False, type: 'Ready' })]]);

    expect(planConditions(new Map(), server, ownership, nothing, NOW).changes).toEqual([]);
    expect(planConditions(wishes, server, ownership, nothing, NOW).changes).toEqual([]);
  });

  it('tells moves from heartbeats', () => {
    expect(plan(set(False), [onServer(False, 60_000)], wrote(False)).moves).toEqual([]);
    expect(plan(set({ ...False, message: 'x' }), [onServer(False, 60_000)], wrote(False)).moves).toEqual([]);
    expect(plan(set(True), [onServer(False, 60_000)], wrote(False)).moves).toEqual([`${TYPE}=True`]);
    expect(plan(undefined, [onServer(False, 60_000)], wrote(False)).moves).toEqual([`${TYPE}-`]);
  });

  it('remembers as written what is ours alone', () => {
    expect([...plan(set(False), [], nothing).written]).toEqual([[TYPE, False]]);
    expect(plan(set(True), [onServer(False, 60_000)], nothing).written.size).toBe(0);
  });
});

describe('parseNodeStatus', () => {
  it.each([
    ['nothing', undefined],
    ['text', 'Node'],
    ['another kind', { kind: 'Status' }],
  ])('is undefined for %s', (_, body) => {
    expect(parseNodeStatus(body, 'r')).toBeUndefined();
  });

  it.each([
    ['no status', { kind: 'Node' }],
    ['conditions that are none', { kind: 'Node', status: { conditions: 'x' } }],
    ['elements that are none', { kind: 'Node', status: { conditions: [null, 3, { type: 4 }] } }],
    ['a report that is no JSON', { kind: 'Node', metadata: { annotations: { r: '{' } } }],
    ['a report of another shape', { kind: 'Node', metadata: { annotations: { r: '{"time":5,"conditions":[1]}' } } }],
  ])('survives %s', (_, body) => {
    expect(parseNodeStatus(body, 'r')).toEqual({ conditions: new Map(), report: { conditions: [] } });
  });
});
