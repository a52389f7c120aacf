import type { ProcessEntry } from '../../../../../../lib/host/host.ts';
import { explainPathFailure } from '../../../../../../lib/model/path-failure.ts';
import { defineSource } from '../../../../../../lib/model/source.ts';
import { seconds } from '../../../../../../lib/model/units.ts';

/** Ended processes that wait for their parent, by its PID. */
export type ZombieProcesses =
  | { readonly kind: 'counted'; readonly byParent: ReadonlyMap<number, number>; readonly truncated: boolean }
  | { readonly kind: 'unreadable'; readonly why: string };

function countZombies(entries: readonly ProcessEntry[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { state, parent } of entries) {
    if (state === 'Z') counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

export const zombieProcesses = defineSource<ZombieProcesses>({
  id: 'zombie-processes',
  deadline: seconds(3),
  async read(host) {
    const answer = await host.processes();
    if (answer.kind !== 'processes') return { kind: 'unreadable', why: explainPathFailure(answer) };
    return { kind: 'counted', byParent: countZombies(answer.entries), truncated: answer.truncated };
  },
});
