import type { Ledger } from '../lib/ledger/ledger.ts';
import type { AgentRequest, RequestEnd } from '../lib/model/request.ts';
import { forgivable } from '../lib/policy/forgiveness.ts';

export type Reset = Extract<AgentRequest, { readonly do: 'reset' }>;

function countWords(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([remedy, count]) => `${remedy} ${count}`).join(', ');
}

/** Writes that what was tried counts no more; says how much that was. */
export async function forgive({ of, subject }: Reset, by: string, { ledger }: { readonly ledger: Ledger }): Promise<RequestEnd> {
  const { intents, givenUp } = forgivable(ledger.entries, of, subject);
  const { kept } = await ledger.append({ kind: 'reset', of, by, ...(subject === undefined ? {} : { subject }) });
  const note = kept === 'disk' ? '' : `; kept in ${kept} alone, because the ledger cannot be written`;
  const about = subject === undefined ? of : `${of} (${subject})`;
  if (of === 'breaker') return { kind: 'end', outcome: 'done', text: `the breaker is closed again${note}` };
  const counts = new Map<string, number>();
  for (const { remedy } of intents) counts.set(remedy, (counts.get(remedy) ?? 0) + 1);
  const attempts = `${intents.length} attempt${intents.length === 1 ? '' : 's'}`;
  const what = intents.length === 0 ? 'nothing to forgive' : `${attempts} forgiven (${countWords(counts)})`;
  const again = givenUp ? '; it was given up, and is taken up again' : '';
  return {
    kind: 'end',
    outcome: intents.length === 0 && !givenUp ? 'nothing' : 'done',
    text: `${about}: ${what}${again}${note}`,
  };
}
