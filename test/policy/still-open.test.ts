import { describe, expect, it } from 'vitest';
import { openIncidents, unfinished } from '../../lib/policy/still-open.ts';
import { entry, intent, opened, outcome } from '../fakes/ledger.ts';

describe('openIncidents', () => {
  it('are those that were not closed, as they are now', () => {
    const change = { state: 'active', reason: 'DockerDown', severity: 'warning', message: 'gone' } as const;
    const entries = [
      entry(opened({ incident: 'a' })),
      entry(opened({ incident: 'b' })),
      entry({ kind: 'changed', incident: 'b', ...change }),
      entry({ kind: 'closed', incident: 'a', healedBy: 'itself' }),
      entry({ kind: 'changed', incident: 'a', ...change }),
    ];

    expect(openIncidents(entries)).toMatchObject([{ kind: 'opened', incident: 'b', reason: 'DockerDown', message: 'gone' }]);
  });
});

describe('unfinished', () => {
  it('are intents without an outcome of their own', () => {
    const entries = [entry(intent({ action: 'a.1' })), entry(outcome({ action: 'a.1' })), entry(intent({ action: 'a.2' }))];

    expect(unfinished(entries).map(({ action }) => action)).toEqual(['a.2']);
  });
});
