import type { Incident } from '../../lib/policy/history.ts';
import { type Html, html } from './html.ts';
import type { Mark } from './time-chart.ts';

/** What happened, as lines across every chart. */
export function marksOf({ entries }: Incident): readonly Mark[] {
  return entries.flatMap((entry): readonly Mark[] => {
    switch (entry.kind) {
      case 'opened':
        return [{ at: entry.at, kind: 'found', what: `found ${entry.reason}` }];
      case 'intent':
        return [{ at: entry.at, kind: 'begun', what: `${entry.remedy} begun` }];
      case 'outcome':
        return [{ at: entry.at, kind: entry.outcome === 'succeeded' ? 'good' : 'bad', what: `${entry.remedy} ${entry.outcome}` }];
      case 'exhausted':
        return [{ at: entry.at, kind: 'bad', what: 'given up' }];
      case 'closed':
        return [{ at: entry.at, kind: 'good', what: `over, healed by ${entry.healedBy}` }];
      default:
        return [];
    }
  });
}

const MARKS: readonly (readonly [Mark['kind'], string])[] = [
  ['found', 'found'],
  ['begun', 'remedy begun'],
  ['bad', 'remedy failed, or given up'],
  ['good', 'remedy verified, or over'],
];

/** What the colours of the lines mean, of those that there are. */
export function markKeys(marks: readonly Mark[]): Html {
  const used = MARKS.filter(([kind]) => marks.some((mark) => mark.kind === kind));
  const keys = used.map(
    ([kind, name]) =>
      html`<span><svg class="key" viewBox="0 0 10 10"><line class="mark ${kind}" x1="5" x2="5" y1="0" y2="10"/></svg>${name}</span>`,
  );
  return html`${keys}`;
}
