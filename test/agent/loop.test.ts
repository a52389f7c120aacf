import { setImmediate as settle } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Casebook } from '../../agent/casebook.ts';
import { openLoop } from '../../agent/loop.ts';
import { containerRuntime } from '../../lib/checks/container-runtime.ts';
import type { Clock } from '../../lib/host/host.ts';
import type { Fault } from '../../lib/model/finding.ts';
import type { Remedy } from '../../lib/model/remedy.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { seconds } from '../../lib/model/units.ts';
import type { Decision } from '../../lib/policy/decide.ts';
import { restartRuntime } from '../../lib/remedies/restart-runtime.ts';
import { standing } from '../fakes/tidings.ts';

const HELD: Decision = {
  kind: 'hold',
  remedy: restartRuntime,
  disruption: 'local',
  holds: [{ id: 'paused', why: 'paused: bob' }],
};
const ACT: Decision = { kind: 'act', remedy: restartRuntime, disruption: 'local' };
const casebook: Casebook = { incidentOf: () => undefined, note: async () => undefined };

function started(answers: (standing: Standing) => Promise<Decision>) {
  let now = 0;
  const clock: Clock = { now: () => now, monotonic: () => now, sleep: async () => undefined };
  const decidedAt: number[] = [];
  const repaired: string[] = [];
  let told: ReadonlyMap<string, Decision> = new Map();
  const loop = openLoop(
    {
      clock,
      casebook,
      decide(about) {
        decidedAt.push(now);
        return answers(about);
      },
      async repair(_: Standing, { id }: Remedy) {
        repaired.push(id);
      },
      tell({ decisions }) {
        told = new Map(decisions);
      },
    },
    [],
  );
  return {
    loop,
    decidedAt,
    repaired,
    told: () => [...told.values()],
    async see(at: number, fault: Fault) {
      now = at;
      loop.observe({ check: containerRuntime, findings: [fault], took: 0 });
      await settle();
    },
  };
}

const hung = standing().fault;

describe('the loop', () => {
  it('decides at once about what is new, and about what is held not more than every 5 s', async () => {
    const { see, decidedAt } = started(async () => HELD);
    for (const second of [1, 2, 3, 4, 5, 6, 7, 11]) await see(seconds(second), hung);

    expect(decidedAt).toEqual([1, 6, 11].map(seconds));
  });

  it('decides at once when a problem changes', async () => {
    const { see, decidedAt } = started(async () => HELD);
    await see(seconds(1), { ...hung, state: 'suspected' });
    await see(seconds(2), hung);
    await see(seconds(3), { ...hung, subject: 'containerd.service' });

    expect(decidedAt.slice(0, 2)).toEqual([1, 2].map(seconds));
    expect(decidedAt.slice(2).every((at) => at === seconds(3))).toBe(true);
    expect(decidedAt.length).toBeGreaterThan(2);
  });

  it('takes the next rung as soon as one has ended', async () => {
    const next = [ACT, ACT, HELD];
    const { see, decidedAt, repaired } = started(async () => next.shift() ?? HELD);
    await see(seconds(1), hung);
    await settle();

    expect(repaired).toEqual(['restart-runtime', 'restart-runtime']);
    expect(decidedAt).toEqual([1, 1, 1].map(seconds));
  });

  it('does nothing when deciding fails, says so, and decides again', async () => {
    const { see, repaired, told, decidedAt } = started(async () => {
      throw new Error('systemctl said «»');
    });
    await see(seconds(1), hung);
    await see(seconds(7), hung);

    expect(told()).toEqual([{ kind: 'advise', why: 'internal error while deciding: systemctl said «»' }]);
    expect([repaired, decidedAt.length]).toEqual([[], 2]);
  });
});
