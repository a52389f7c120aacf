import type { HostView } from '../../host/host.ts';
import type { ReadContext } from '../../model/source.ts';
import type { Duration } from '../../model/units.ts';
import type { ContainerReference } from './container-reference.ts';
import { askPatiently, type ContainerAnswers, type ContainerQuestion, worthAsking } from './open-calls.ts';

export interface ListedContainers {
  readonly containers: readonly ContainerReference[];
  /** How long the list took. */
  readonly took: Duration;
  /** When the round began, by the monotonic clock. */
  readonly started: Duration;
}

/** Asks about those of a list that are worth it. `begin`: what has to be known before the first of them is asked about. */
export async function askContainers(
  host: HostView,
  context: ReadContext,
  { containers, took, started }: ListedContainers,
  begin: () => ContainerQuestion['ask'] | Promise<ContainerQuestion['ask']>,
): Promise<ContainerAnswers> {
  const chosen = await worthAsking(host, context, { took, containers });
  if (chosen.length === 0 && !context.thorough) return { kind: 'not-asked', why: 'nothing speaks of a stuck container' };
  const ask = await begin();
  const spent = host.clock.monotonic() - started;
  const calls = await askPatiently({ clock: host.clock, containers: chosen, spent, patient: context.thorough, ask });
  return chosen.length === containers.length ? calls : { ...calls, of: containers.length };
}

/** Of some only: the next list may show others. */
export const isOfAll = (calls: ContainerAnswers): boolean =>
  calls.kind === 'asked' && calls.open.length === 0 && calls.of === undefined;
