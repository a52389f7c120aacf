import { describe, expect, it } from 'vitest';
import type { Disruption } from '../../lib/model/remedy.ts';
import { whyUncounted } from '../../lib/policy/uncounted.ts';
import { entry, intent } from '../fakes/ledger.ts';

const NOW = { boot: 'boot-a', up: 900_000 };
const restartedIn = (boot: string) => [entry(intent(), { boot })];

describe('whyUncounted', () => {
  it.each<[string, Parameters<typeof whyUncounted>, string | undefined]>([
    ['on disk', [restartedIn('boot-a'), intent(), 'disk', NOW], undefined],
    ['in /run, for the first time', [[], intent(), 'runtime', NOW], undefined],
    ['in /run, restarted in an earlier boot', [restartedIn('boot-0'), intent(), 'runtime', NOW], undefined],
    [
      'in /run, and another unit was restarted',
      [restartedIn('boot-a'), intent({ unit: 'kubelet.service' }), 'runtime', NOW],
      undefined,
    ],
    [
      'in /run, for the second time in this boot',
      [restartedIn('boot-a'), intent(), 'runtime', NOW],
      'was restarted since the boot',
    ],
    ['in memory', [[], intent(), 'memory', NOW], 'could be written nowhere'],
  ])('%s', (_, input, why) => {
    const said = whyUncounted(...input);

    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(new RegExp(`^no-ledger: .*${why}`));
  });

  it.each<Disruption>(['workload', 'node'])('never a remedy that disrupts: %s', (disruption) => {
    expect(whyUncounted([], { ...intent(), disruption }, 'runtime', NOW)).toContain(disruption);
  });
});
