import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../lib/model/units.ts';
import { incidentsOf } from '../../lib/policy/history.ts';
import { entry, intent, opened, outcome } from '../fakes/ledger.ts';

const incident = '20260101-0001';
const at = (up: number, more = {}) => ({ up, ...more });
const closed = (healedBy = 'restart-runtime') => ({ kind: 'closed', incident, healedBy }) as const;
const guards = (remedy: string, ...ids: string[]) => ({ kind: 'guards', incident, remedy, guards: ids }) as const;

describe('incidentsOf', () => {
  it('tells a life from its entries', () => {
    const [told, ...others] = incidentsOf([
      entry(opened(), at(seconds(100))),
      entry(guards('restart-runtime', 'starting'), at(seconds(101))),
      entry(intent(), at(seconds(110))),
      entry(outcome(), at(seconds(114.5))),
      entry(closed(), at(seconds(120))),
    ]);

    expect(others).toEqual([]);
    expect(told).toMatchObject({
      id: incident,
      type: 'ContainerRuntimeUnhealthy',
      subject: 'docker.service',
      lasted: seconds(20),
      healedBy: 'restart-runtime',
      guards: [],
      exhausted: false,
      actions: [{ remedy: 'restart-runtime', unit: 'docker.service', outcome: 'succeeded', took: seconds(4.5) }],
    });
  });

  it('has the reason and severity it has now, and the guards that hold now', () => {
    const [told] = incidentsOf([
      entry(opened()),
      entry(guards('restart-runtime', 'starting', 'pressure')),
      entry(guards('drain', 'mode')),
      entry({ kind: 'changed', incident, state: 'active', reason: 'DockerDown', severity: 'warning', message: 'gone' }),
      entry(guards('restart-runtime', 'pressure')),
    ]);

    expect(told).toMatchObject({ reason: 'DockerDown', severity: 'warning', message: 'gone', guards: ['pressure', 'mode'] });
    expect(told).not.toHaveProperty('closedAt');
  });

  it('does not let a clock that was set back make a life negative', () => {
    const [told] = incidentsOf([
      entry(opened(), at(minutes(90), { at: 5000 })),
      entry(closed(), { boot: 'boot-b', up: 9, at: 4000 }),
    ]);

    expect(told?.lasted).toBe(0);
  });

  it('leaves an attempt open whose outcome nobody knows', () => {
    const [told] = incidentsOf([entry(opened()), entry(intent())]);

    expect(told?.actions[0]).not.toHaveProperty('outcome');
  });

  it('says that its ladder is at its end, once one entry did', () => {
    expect(incidentsOf([entry(opened()), entry(intent()), entry({ kind: 'exhausted', incident, tried: [] })])).toMatchObject([
      { exhausted: true },
    ]);
  });

  it('does not invent an incident whose beginning is lost, nor one for a reset', () => {
    expect(incidentsOf([entry(intent()), entry(outcome()), entry({ kind: 'reset', of: 'breaker', by: 'root' })])).toEqual([]);
  });

  it('keeps the order of the ledger, whatever order it is read in', () => {
    const first = entry(opened({ incident: '20260101-0001' }));
    const second = entry(opened({ incident: '20251231-0002' }));

    expect(incidentsOf([second, first]).map(({ id }) => id)).toEqual(['20260101-0001', '20251231-0002']);
  });
});
