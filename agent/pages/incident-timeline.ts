import type { LedgerEntry } from '../../lib/model/incident.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { between, type Incident } from '../../lib/policy/history.ts';
import { saidBefore, sentence, stepWords, when } from '../output/incident-words.ts';
import { type Html, html, nothing } from './html.ts';

type Tone = 'bad' | 'warn' | 'good' | 'act' | 'plain';

const OUTCOME = {
  succeeded: ['Verified', 'good'],
  failed: ['Failed', 'bad'],
  'timed-out': ['Timed out', 'bad'],
  refused: ['Refused', 'warn'],
  interrupted: ['Interrupted', 'warn'],
} as const;

/** What each entry is called, at a glance. */
function headOf(entry: LedgerEntry): readonly [title: string, tone: Tone] {
  switch (entry.kind) {
    case 'opened':
      return ['Found', entry.severity === 'critical' ? 'bad' : 'warn'];
    case 'changed':
      return ['Changed', 'plain'];
    case 'guards':
      return entry.guards.length === 0 ? ['Free', 'plain'] : ['Held', 'warn'];
    case 'intent':
      return [`Remedy: ${entry.remedy}`, 'act'];
    case 'outcome':
      // A ledger of another version may have other words.
      return OUTCOME[entry.outcome] ?? [entry.outcome, 'plain'];
    case 'would':
      return ['Only observing', 'plain'];
    case 'exhausted':
      return ['Given up', 'bad'];
    case 'reset':
      return ['Reset', 'plain'];
    case 'closed':
      return ['Over', 'good'];
  }
}

function bodyOf(entry: LedgerEntry, said: string): Html {
  // The head has said that much.
  if (entry.kind !== 'intent') return html`<p>${sentence(entry, said).replace(/^(?:found |over, )/, '')}</p>`;
  const steps = stepWords(entry.plan);
  const text = `${entry.by === 'agent' ? 'the agent' : entry.by}, rung ${entry.rung + 1} of its ladder, disruption: ${entry.disruption}`;
  return html`<p>${text}</p>${steps.length === 0 ? nothing : html`<ol>${steps.map((step) => html`<li><code>${step}</code></li>`)}</ol>`}`;
}

/** From the first sign to the end, as the ledger has it. */
export function renderTimeline({ entries }: Incident): Html {
  const [first] = entries;
  const items = entries.map((entry, index) => {
    const [title, tone] = headOf(entry);
    const [date = '', clock = ''] = when(entry.at).split(' ');
    const isNewDay = index === 0 || !when(entries[index - 1]?.at ?? 0).startsWith(date);
    const after = first === undefined || index === 0 ? '' : `+${formatDuration(between(first, entry))}`;
    return html`<li><time><b>${clock === '' ? date : clock}</b><span>${isNewDay ? `${date} ` : ''}${after}</span></time><div class="what ${tone}"><b>${title}</b>${bodyOf(entry, saidBefore(entries, index))}</div></li>`;
  });
  return html`<ol class="timeline">${items}</ol>`;
}
