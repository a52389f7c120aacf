import { formatBytes } from '../../lib/model/quantity.ts';
import { type Bytes, KiB, MiB } from '../../lib/model/units.ts';
import type { Incident } from '../../lib/policy/history.ts';
import { type Html, html, lines } from './html.ts';

/** A file's beginning and end say most; the bundle has the rest. */
const HEAD: Bytes = 32 * KiB;
const TAIL: Bytes = 32 * KiB;
const MOST_ALL: Bytes = 2 * MiB;
/** What is no longer than this is read without a click. */
const SHORT = 12;

export interface EvidenceText {
  readonly name: string;
  /** Redacted already. */
  readonly text: string;
}

/** Both ends where it is long, and how much was left out between them. */
function bounded(text: string): string {
  if (text.length <= HEAD + TAIL) return text;
  const left = text.length - HEAD - TAIL;
  return `${text.slice(0, HEAD)}\n\n… ${formatBytes(left)} left out here; \`nodemend incidents ID --bundle FILE\` has all of it …\n\n${text.slice(-TAIL)}`;
}

function block({ name, text }: EvidenceText): Html {
  const shown = bounded(text.replace(/\n+$/, ''));
  const count = text === '' ? 0 : text.replace(/\n+$/, '').split('\n').length;
  const size = `${count} ${count === 1 ? 'line' : 'lines'}, ${formatBytes(Buffer.byteLength(text))}`;
  const body = html`<summary>${name}<span>${size}</span></summary><pre>${lines(shown)}</pre>`;
  return count <= SHORT ? html`<details open>${body}</details>` : html`<details>${body}</details>`;
}

/** What the check saw, then the files that were kept before a remedy; all of it was written by others. */
export function renderEvidence({ entries }: Incident, files: readonly EvidenceText[]): Html {
  const seen = entries.flatMap((entry) => (entry.kind === 'opened' ? entry.evidence : []));
  const all = [...seen.map(({ from, excerpt }) => ({ name: from, text: excerpt })), ...files];
  if (all.length === 0) return html`<p class="quiet">Nothing was kept.</p>`;
  let room: Bytes = MOST_ALL;
  const shown = all.filter(({ text }) => {
    room -= Math.min(text.length, HEAD + TAIL);
    return room >= 0;
  });
  const left = all.length - shown.length;
  return html`${shown.map(block)}${left === 0 ? '' : html`<p class="quiet">${left} more are in the bundle.</p>`}`;
}
