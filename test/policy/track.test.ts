import { describe, expect, it } from 'vitest';
import { type Fault, type Finding, pass, unknown } from '../../lib/model/finding.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { track } from '../../lib/policy/track.ts';
import { dockerHung } from '../fakes/faults.ts';

const fault = (state: Fault['state'] = 'active', details: Partial<Fault> = {}) => dockerHung({ state, message: '', ...details });

/** Plays rounds 5 s apart of one check; undefined: it did not run. */
function play(rounds: readonly (readonly Finding[] | undefined)[]) {
  let standings: readonly Standing[] = [];
  const story: string[] = [];
  for (const [index, findings] of rounds.entries()) {
    const observations = findings === undefined ? [] : [{ check: 'container-runtime', findings }];
    const next = track(standings, observations, { now: 1_000_000 + index * 5000, elapsed: 5000, clearAfter: 10_000 });
    standings = next.standings;
    story.push(...next.transitions.map(({ from, to }) => `${index}: ${from ?? 'none'} to ${to}`));
  }
  return { standings, story };
}

const fine = pass('docker answers', { subject: 'docker.service' });

describe('track', () => {
  it.each<[string, readonly (readonly Finding[] | undefined)[], readonly string[]]>([
    ['an active fault stands at once', [[fault()]], ['0: none to active']],
    ['a suspicion becomes certain', [[fault('suspected')], [fault()]], ['0: none to suspected', '1: suspected to active']],
    ['a suspicion passes without a trace', [[fault('suspected')], [fine]], ['0: none to suspected', '1: suspected to cleared']],
    [
      'a suspicion that stands long enough becomes certain',
      [
        [fault('suspected', { activeAfter: 10_000 })],
        [fault('suspected', { activeAfter: 10_000 })],
        [fault('suspected', { activeAfter: 10_000 })],
      ],
      ['0: none to suspected', '2: suspected to active'],
    ],
    [
      'a suspicion that was gone in between begins anew',
      [
        [fault('suspected', { activeAfter: 10_000 })],
        [fine],
        [fault('suspected', { activeAfter: 10_000 })],
        [fault('suspected', { activeAfter: 10_000 })],
      ],
      ['0: none to suspected', '1: suspected to cleared', '2: none to suspected'],
    ],
    [
      'what nobody looked at has not passed',
      [[fault('active', { clearedBy: 'containers' })], [fine], [fine], [fine]],
      ['0: none to active'],
    ],
    [
      'what somebody looked at, and found in order, has',
      [[fault('active', { clearedBy: 'containers' })], [pass('all answer', { subject: 'containers' })], [fine]],
      ['0: none to active', '1: active to clearing'],
    ],
    [
      'what somebody looked at, and found in order, has, whatever else was looked at',
      [[fault('active', { clearedBy: 'containers' })], [pass('all answer', { subject: 'containers' }), fine]],
      ['0: none to active', '1: active to clearing'],
    ],
    [
      'another of its kind shows that somebody looked',
      [[fault('active', { clearedBy: 'containers' })], [fault('suspected', { clearedBy: 'containers', subject: 'another' })]],
      ['0: none to active', '1: active to clearing', '1: none to suspected'],
    ],
    [
      'not all of them could be looked at',
      [
        [fault('active', { clearedBy: 'containers' })],
        [fault('suspected', { clearedBy: 'containers', subject: 'another' }), unknown('some', { subject: 'containers' })],
      ],
      ['0: none to active', '1: none to suspected'],
    ],
    ['what is certain is not doubted again', [[fault()], [fault('suspected')]], ['0: none to active']],
    [
      'it clears only after a while',
      [[fault()], [fine], [fine], [fine]],
      ['0: none to active', '1: active to clearing', '3: clearing to cleared'],
    ],
    [
      'a relapse while clearing is the same problem',
      [[fault()], [fine], [fault()], [fault()]],
      ['0: none to active', '1: active to clearing', '2: clearing to active'],
    ],
    [
      'the time between two looks counts',
      [[fault()], [fine], undefined, [fine]],
      ['0: none to active', '1: active to clearing', '3: clearing to cleared'],
    ],
    [
      'unknown never clears',
      [[fault()], [unknown('no answer')], [unknown('no answer')], [unknown('no answer')]],
      ['0: none to active'],
    ],
    [
      'unknown of another subject does not keep it',
      [[fault()], [fine, unknown('', { subject: 'containerd.service' })]],
      ['0: none to active', '1: active to clearing'],
    ],
    ['a check that did not run changes nothing', [[fault()], undefined, undefined, undefined], ['0: none to active']],
  ])('%s', (_name, rounds, story) => {
    expect(play(rounds).story).toEqual(story);
  });

  it('measures how long it stood by elapsed time, and keeps its beginning', () => {
    const { standings } = play([[fault()], undefined, [fault()]]);

    expect(standings).toMatchObject([{ stood: 10_000, since: 1_000_000, gone: 0 }]);
  });

  it.each<[string, readonly (readonly Finding[] | undefined)[], number, number]>([
    ['while nobody can tell', [[fault()], [unknown('no answer')], [unknown('no answer')]], 10_000, 0],
    ['while it clears', [[fault()], [fine]], 5000, 0],
    ['while it clears and nobody can tell', [[fault()], [fine], [unknown('no answer')]], 10_000, 0],
    ['while it clears and nobody looks', [[fault()], [fine], undefined], 10_000, 5000],
    ['after a relapse', [[fault()], [fine], undefined, [fault()]], 15_000, 0],
  ])('stands on %s', (_name, rounds, stood, gone) => {
    expect(play(rounds).standings).toMatchObject([{ stood, gone }]);
  });

  it('believes the host about the beginning', () => {
    expect(play([[fault('active', { since: 5 })]]).standings[0]?.since).toBe(5);
  });

  it('keeps two subjects apart', () => {
    const other = fault('active', { subject: 'containerd.service' });

    expect(
      play([
        [fault(), other],
        [other, fine],
      ]).standings.map(({ fault: { subject }, state }) => `${subject} ${state}`),
    ).toEqual(['docker.service clearing', 'containerd.service active']);
  });

  it.each<[string, readonly (readonly Finding[])[], readonly (true | undefined)[]]>([
    ['is no news when it is found as it was', [[fault()]], [true]],
    ['is news with another reason', [[fault('active', { reason: 'DockerDown' })]], [undefined]],
    ['is news once it had passed', [[fine], [fault()]], [undefined]],
    ['is news only once', [[fault()], [fine], [fault()]], [true, undefined, undefined]],
  ])('what an agent of before had told %s', (_name, rounds, known) => {
    const { standings: before } = play([[fault()]]);
    let standings: readonly Standing[] = before.map((one) => ({ ...one, state: 'clearing', remembered: true }));
    const told: (true | undefined)[] = [];
    for (const findings of rounds) {
      const context = { now: 2_000_000, elapsed: 1000, clearAfter: 10_000 };
      const next = track(standings, [{ check: 'container-runtime', findings }], context);
      standings = next.standings;
      told.push(...next.transitions.map((one) => one.known));
    }

    expect(told).toEqual(known);
    expect(standings[0]).not.toHaveProperty('remembered');
  });

  it('leaves it to the check that found it last to say that it is over', () => {
    const context = { now: 1_000_000, elapsed: 5000, clearAfter: 10_000 };
    const first = track([], [{ check: 'mounts', findings: [fault()] }], context);
    const second = track(first.standings, [{ check: 'kernel-log', findings: [fault()] }], context);

    expect(second.standings).toMatchObject([{ check: 'kernel-log', state: 'active' }]);
    expect(track(second.standings, [{ check: 'mounts', findings: [fine] }], context).transitions).toEqual([]);
  });
});
