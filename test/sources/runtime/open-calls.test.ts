import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../lib/host/host.ts';
import type { ContainerReference } from '../../../lib/sources/runtime/container-reference.ts';
import { askPatiently } from '../../../lib/sources/runtime/open-calls.ts';
import { text } from '../../fakes/node.ts';

const container = (id: string): ContainerReference => ({ id, name: id, state: 'running' }) as ContainerReference;
const clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise<void>(() => undefined) };
const late = (deadline: number): HttpAnswer => ({ kind: 'timed-out', after: deadline }) as HttpAnswer;

/** `busy` answers when it is asked again, `stuck` never. */
function node() {
  const asked: string[] = [];
  const ask = async ({ id }: ContainerReference, deadline: number) => {
    asked.push(`${id} ${deadline}`);
    const isFirst = asked.filter((one) => one.startsWith(id)).length === 1;
    return id === 'stuck' || (id === 'busy' && isFirst) ? late(deadline) : text('{}');
  };
  return { asked, ask };
}

describe('askPatiently', () => {
  const containers = ['web', 'busy', 'stuck'].map(container);

  it('names only what gives no answer the second time either', async () => {
    const { asked, ask } = node();
    const calls = await askPatiently({ clock, containers, ask, spent: 0, patient: true });

    expect(calls).toMatchObject({ answered: 2, open: [{ container: { id: 'stuck' }, after: 5000 }], left: 0 });
    expect(asked).toEqual(['web 2000', 'busy 2000', 'stuck 2000', 'busy 3000', 'stuck 3000']);
  });

  it('asks once where it is asked again soon, or where no time is left', async () => {
    const open = [{ container: { id: 'busy' } }, { container: { id: 'stuck' } }];

    expect(await askPatiently({ clock, containers, ...node(), spent: 0, patient: false })).toMatchObject({ open });
    expect(await askPatiently({ clock, containers, ...node(), spent: 8400, patient: true })).toMatchObject({ open: [], left: 3 });
    expect(await askPatiently({ clock, containers, ...node(), spent: 8300, patient: true })).toMatchObject({ answered: 2 });
  });
});
