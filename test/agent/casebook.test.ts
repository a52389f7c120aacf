import { describe, expect, it } from 'vitest';
import { openCasebook, rememberedStandings } from '../../agent/casebook.ts';
import type { Transition } from '../../lib/model/standing.ts';
import { dockerHung, standingOf } from '../fakes/faults.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';

const standing = standingOf(dockerHung());
const dockerRestart = {
  action: 'a1',
  type: standing.fault.type,
  remedy: 'restart-runtime',
  rung: 0,
  disruption: 'local',
  plan: [],
  by: 'agent',
} as const;
const moved = (from: Transition['from'], to: Transition['to'], about = standing): Transition => ({ standing: about, from, to });

describe('casebook', () => {
  it('opens an incident when a problem becomes certain, and closes it when it is gone', async () => {
    const ledger = fakeLedger();
    const casebook = openCasebook(ledger);

    await casebook.note([moved(undefined, 'active')]);
    const incident = casebook.incidentOf(standing.identity);
    await casebook.note([moved('active', 'clearing'), moved('clearing', 'cleared')]);

    expect(incident).toBe('20260101-1');
    expect(ledger.kinds()).toEqual(['opened', 'changed', 'closed']);
    expect(casebook.incidentOf(standing.identity)).toBeUndefined();
  });

  it.each([
    ['a suspicion', standing, 'suspected'],
    ['a notice', standingOf(dockerHung({ severity: 'notice' })), 'active'],
  ] as const)('makes no incident of %s', async (_name, about, to) => {
    const ledger = fakeLedger();

    await openCasebook(ledger).note([moved(undefined, to, about)]);

    expect(ledger.kinds()).toEqual([]);
  });

  it('makes one of a notice that is to be repaired, once, and closes it as any other', async () => {
    const ledger = fakeLedger();
    const casebook = openCasebook(ledger);
    const notice = standingOf(dockerHung({ severity: 'notice' }));

    const incident = await casebook.ofNotice(notice);

    expect(await casebook.ofNotice(notice)).toBe(incident);
    await casebook.note([moved('clearing', 'cleared', notice)]);
    expect(ledger.kinds()).toEqual(['opened', 'closed']);
  });

  it.each([
    ['time', dockerHung(), 'itself'],
    ['systemd, for a daemon that had died', dockerHung({ reason: 'DockerDown' }), 'systemd'],
  ])('says that %s healed it where no remedy ran', async (_name, fault, healedBy) => {
    const ledger = fakeLedger();
    const casebook = openCasebook(ledger);
    const about = standingOf(fault);

    await casebook.note([moved(undefined, 'active', about), moved('clearing', 'cleared', about)]);

    expect(ledger.entries.at(-1)).toMatchObject({ kind: 'closed', healedBy });
  });

  it.each([
    ['what repaired its cause', 'PLEGUnhealthy', 'restart-runtime'],
    ['time, where the remedy was for something that does not explain it', 'ClockUnsynchronized', 'itself'],
  ])('says that %s healed a symptom', async (_name, type, healedBy) => {
    const ledger = fakeLedger();
    const casebook = openCasebook(ledger);
    const symptom = standingOf(dockerHung({ type, reason: 'PlegStalled' }));

    await casebook.note([moved(undefined, 'active', symptom), moved(undefined, 'active')]);
    const incident = casebook.incidentOf(standing.identity) ?? '';
    await ledger.append({ kind: 'intent', incident, ...dockerRestart });
    await casebook.note([moved('clearing', 'cleared', symptom)]);

    expect(ledger.entries.at(-1)).toMatchObject({ kind: 'closed', healedBy });
  });

  it('goes on with an incident of before its restart', async () => {
    const ledger = fakeLedger();
    await openCasebook(ledger).note([moved(undefined, 'active')]);

    const again = openCasebook(ledger);
    const remembered = rememberedStandings(ledger.entries, () => 'container-runtime');

    expect(again.incidentOf(standing.identity)).toBe('20260101-1');
    expect(remembered).toMatchObject([{ identity: standing.identity, check: 'container-runtime', state: 'clearing' }]);
  });
});
