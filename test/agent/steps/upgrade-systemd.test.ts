import { describe, expect, it } from 'vitest';
import { upgradeSystemdStep } from '../../../agent/steps/upgrade-systemd.ts';
import { RESULT_FILE, UPGRADE_UNIT } from '../../../agent/upgrade/program.ts';
import type { FileAnswer } from '../../../lib/host/host.ts';
import type { ControlAnswer } from '../../../lib/host/host-control.ts';
import { type FakeUnit, fakeSystemd } from '../../fakes/systemd.ts';

const STEP = { do: 'upgrade-systemd', tool: 'apt', olderThan: 600_000, within: 600_000 } as const;

interface Script {
  readonly unit?: FakeUnit;
  /** When the program has written its report, after the start; undefined: never. */
  readonly reportsAfter?: number;
  readonly report?: object;
  /** When its unit is over. */
  readonly endsAfter?: number;
  readonly answer?: ControlAnswer;
  readonly abortAfter?: number;
}

async function step({
  unit,
  reportsAfter,
  report = { ok: true, why: 'systemd 1 was upgraded to 2' },
  endsAfter,
  answer,
  abortAfter,
}: Script) {
  const systemd = fakeSystemd(unit === undefined ? {} : { [UPGRADE_UNIT]: unit });
  const stop = new AbortController();
  let file: FileAnswer = { kind: 'text', text: '{"id":"of a run before","ok":true,"why":"old"}', truncated: false };
  systemd.answer = (request) => {
    if (request.kind !== 'begin-program') return undefined;
    if (answer !== undefined) return answer;
    const { id } = JSON.parse(request.argv[2] ?? '') as { id: string };
    systemd.units[UPGRADE_UNIT] = { activeState: 'active' };
    if (reportsAfter !== undefined) {
      systemd.at(systemd.now() + reportsAfter, () => {
        file = { kind: 'text', text: JSON.stringify({ id, ...report }), truncated: false };
      });
    }
    if (endsAfter !== undefined) systemd.at(systemd.now() + endsAfter, () => delete systemd.units[UPGRADE_UNIT]);
    if (abortAfter !== undefined) systemd.at(systemd.now() + abortAfter, () => stop.abort());
    return { kind: 'done' };
  };
  const host = { ...systemd.host, readFile: async (path: string) => (path === RESULT_FILE ? file : systemd.host.readFile(path)) };
  const outcome = await upgradeSystemdStep(STEP, { host, control: systemd.control, signal: stop.signal });
  return { outcome, requests: systemd.requests };
}

describe('upgrade-systemd', () => {
  it('begins a unit of its own and waits for its word', async () => {
    const { outcome, requests } = await step({ reportsAfter: 120_000, endsAfter: 121_000 });

    expect(outcome).toEqual({ kind: 'done', why: 'systemd 1 was upgraded to 2' });
    expect(requests.map(({ kind }) => kind)).toEqual(['unit', 'begin-program']);
    expect(requests[1]).toMatchObject({ unit: UPGRADE_UNIT });
  });

  it.each<[string, Script, string, string]>([
    [
      'what it says went wrong',
      { reportsAfter: 1000, report: { ok: false, why: 'apt-get update failed; nothing was changed' } },
      'failed',
      'apt-get update failed',
    ],
    ['an end without a word', { endsAfter: 5000 }, 'failed', 'ended without a word'],
    ['no end', {}, 'timed-out', 'has not ended'],
    ['a unit that does not begin', { answer: { kind: 'failed', why: 'Access denied' } }, 'failed', 'Access denied'],
    ['one that is at work already', { unit: { activeState: 'active' } }, 'refused', 'still at work'],
    ['the end of the agent, which the upgrade outlives', { abortAfter: 3000 }, 'interrupted', 'goes on'],
  ])('tells %s', async (_what, script, kind, why) => {
    const { outcome } = await step(script);

    expect(outcome).toMatchObject({ kind, why: expect.stringContaining(why) });
  });

  it('is told by a report that comes in the moment of the end', async () => {
    const { outcome } = await step({ endsAfter: 4000, reportsAfter: 6000 });

    expect(outcome.kind).toBe('done');
  });
});
