import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { forgivable, isExhausted } from '../../lib/policy/forgiveness.ts';
import { entry, intent, opened } from '../fakes/ledger.ts';

const reset = (subject?: string, of = 'ContainerRuntimeUnhealthy') =>
  ({ kind: 'reset', of, ...(subject === undefined ? {} : { subject }), by: 'root' }) as const;

describe('isExhausted', () => {
  const gaveUp = { kind: 'exhausted', incident: '20260101-0001', tried: ['restart-runtime'] } as const;

  it.each([
    ['given up', [entry(opened()), entry(gaveUp)], true],
    ['forgiven', [entry(opened()), entry(gaveUp), entry(reset())], false],
    ['given up again', [entry(opened()), entry(gaveUp), entry(reset()), entry(gaveUp)], true],
    ['another one forgiven', [entry(opened()), entry(gaveUp), entry(reset(undefined, 'PLEGUnhealthy'))], true],
    ['never given up', [entry(opened())], false],
  ])('%s', (_, entries, expected) => {
    expect(isExhausted(entries, '20260101-0001')).toBe(expected);
  });
});

describe('forgivable', () => {
  const gaveUp = (incident: string) => entry({ kind: 'exhausted', incident, tried: ['restart-runtime'] });
  const pleg = { incident: '20260101-0002', type: 'PLEGUnhealthy' };

  it.each<[string, readonly LedgerEntry[], string | undefined, number, boolean]>([
    ['nothing', [], undefined, 0, false],
    ['an attempt, and that it was given up', [entry(opened()), entry(intent()), gaveUp('20260101-0001')], undefined, 1, true],
    ['of this subject', [entry(opened()), entry(intent()), gaveUp('20260101-0001')], 'docker.service', 1, true],
    ['not of another subject', [entry(opened()), entry(intent()), gaveUp('20260101-0001')], 'containerd.service', 0, false],
    ['not of another problem', [entry(opened(pleg)), entry(intent(pleg)), gaveUp(pleg.incident)], undefined, 0, false],
    ['an attempt that was not the last', [entry(opened()), entry(intent())], undefined, 1, false],
    ['not twice', [entry(opened()), entry(intent()), gaveUp('20260101-0001'), entry(reset())], undefined, 0, false],
    ['not that another one was given up', [entry(opened()), entry(opened(pleg)), gaveUp(pleg.incident)], undefined, 0, false],
  ])('%s', (_, entries, subject, attempts, givenUp) => {
    const found = forgivable(entries, 'ContainerRuntimeUnhealthy', subject);

    expect({ attempts: found.intents.length, givenUp: found.givenUp }).toEqual({ attempts, givenUp });
  });
});
