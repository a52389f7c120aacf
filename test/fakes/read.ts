import type { HostView } from '../../lib/host/host.ts';
import type { ReadContext, Source } from '../../lib/model/source.ts';

/** The fact of one source, which finds the facts of others given, or reads them as a round would: once. */
export function readFact<Fact>(
  host: HostView,
  source: Source<Fact>,
  given: Iterable<readonly [Source<unknown>, unknown]> = [],
  { thorough = true }: { readonly thorough?: boolean } = {},
): Promise<Fact> {
  const facts = new Map<Source<unknown>, Promise<unknown>>([...given].map(([one, fact]) => [one, Promise.resolve(fact)]));
  const context: ReadContext = {
    signal: new AbortController().signal,
    thorough,
    use: <Other>(other: Source<Other>) => {
      const running = facts.get(other) ?? other.read(host, context);
      facts.set(other, running);
      return running as Promise<Other>;
    },
  };
  return context.use(source);
}
