import type { HostView } from '../lib/host/host.ts';
import { type FactOf, known, type Source } from '../lib/model/source.ts';
import type { Duration } from '../lib/model/units.ts';
import { within } from '../lib/sources/within.ts';
import { type Gatherer, gatherer } from './gather.ts';

/** Facts of what was gathered, or none where their source could not be read. */
export const factsOf =
  (gathered: Pick<Gatherer, 'fact'>): FactOf =>
  async (source) =>
    known(await gathered.fact(source));

/** Facts of this moment, each within this time or none: what hangs must not delay whoever asks. */
export function promptFacts(host: HostView, patience: Duration): FactOf {
  const gathered = gatherer(host, { thorough: false });
  return async <Fact>(source: Source<Fact>) => {
    const fact = await within(host, gathered.fact(source), patience);
    return fact === undefined ? undefined : known(fact);
  };
}
