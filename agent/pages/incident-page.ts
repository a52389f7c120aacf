import { createHash } from 'node:crypto';
import type { FlightSample } from '../../lib/model/flight.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Instant } from '../../lib/model/units.ts';
import type { Incident } from '../../lib/policy/history.ts';
import { outcomeOf, when } from '../output/incident-words.ts';
import { type Html, html } from './html.ts';
import { renderIncidentCharts } from './incident-charts.ts';
import { type EvidenceText, renderEvidence } from './incident-evidence.ts';
import { renderTimeline } from './incident-timeline.ts';
import { STYLE } from './style.ts';

export interface IncidentPage {
  /** Redacted, as everything here. */
  readonly incident: Incident;
  /** Of the flight recorder, around the incident. */
  readonly samples: readonly FlightSample[];
  readonly files: readonly EvidenceText[];
  /** Of the catalogue; absent: the problem is not of it. */
  readonly meaning?: string;
  readonly version: string;
  readonly at: Instant;
}

/** Nothing is loaded, nothing runs, no form, no frame: only this very style. Whatever slipped through would do nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

const SEVERITY_TONE = { critical: 'bad', warning: 'warn', notice: 'plain' } as const;

function stateOf(incident: Incident): Html {
  const { closedAt, exhausted } = incident;
  const tone = exhausted ? 'bad' : 'warn';
  return html`<span class="badge ${closedAt === undefined ? tone : 'good'}">${outcomeOf(incident)}</span>`;
}

function facts(incident: Incident): Html {
  const { type, subject, openedAt, closedAt, lasted, actions, healedBy } = incident;
  const done = actions.map(({ remedy, outcome = 'no outcome known', took }) => {
    return `${remedy}: ${outcome}${took === undefined ? '' : ` in ${formatDuration(took)}`}`;
  });
  const rows: readonly (readonly [string, string])[] = [
    ['Problem', type],
    ['About', subject ?? 'the node'],
    ['Found, UTC', when(openedAt)],
    [closedAt === undefined ? 'Stands' : 'Over, UTC', closedAt === undefined ? 'still, when this was written' : when(closedAt)],
    ['Lasted', formatDuration(lasted)],
    ['Done', done.join('; ') || (healedBy === undefined ? 'nothing yet' : 'nothing')],
  ];
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function head({ incident, meaning = '' }: IncidentPage): Html {
  const { id, reason, severity, message, subject, type } = incident;
  return html`<header><p class="quiet">Incident ${id}</p><h1>${reason}${subject === undefined ? '' : ` on ${subject}`}</h1>
<p><span class="badge ${SEVERITY_TONE[severity] ?? 'plain'}">${severity}</span>${stateOf(incident)}</p>
<p class="lead">${message}</p>${meaning === '' ? '' : html`<p class="quiet">${meaning} <code>nodemend explain ${type}</code></p>`}${facts(incident)}</header>`;
}

/** One file without a script, that loads nothing: for a mail, a ticket, a printer. */
export function renderIncidentPage(page: IncidentPage): string {
  const { incident, samples, files, version, at } = page;
  const title = `${incident.reason}, incident ${incident.id}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${{ markup: STYLE }}</style></head>
<body><main>${head(page)}
<h2>What happened</h2>${renderTimeline(incident)}
<h2>Signals around it</h2>${renderIncidentCharts(incident, samples)}
<h2>Evidence</h2>${renderEvidence(incident, files)}
<footer>nodemend ${version}, ${when(at)} UTC. Keys, tokens, host name and addresses are replaced; look through it before you send it away.</footer></main></body></html>
`.markup;
}
