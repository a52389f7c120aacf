import { describe, expect, it } from 'vitest';
import { openLooks } from '../../agent/looks.ts';
import { fakeNode } from '../fakes/node.ts';

describe('a look for a person', () => {
  it('wakes the check, and is there with its next result', async () => {
    const woken: string[] = [];
    const looks = openLooks(fakeNode({}), (check) => {
      woken.push(check);
      looks.observe('pids');
      looks.observe('clock');
    });
    await Promise.all([looks.now('pids'), looks.now('clock')]);

    expect(woken).toEqual(['pids', 'clock']);
  });

  it('does not wait for ever', async () => {
    const host = fakeNode({});
    const impatient = { ...host, clock: { ...host.clock, sleep: async () => undefined } };

    await expect(openLooks(impatient, () => undefined).now('pids')).resolves.toBeUndefined();
  });
});
