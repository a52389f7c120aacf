import type { IncidentPage } from '../../agent/pages/incident-page.ts';
import type { FlightSample } from '../../lib/model/flight.ts';
import type { LedgerEntry, LedgerEvent } from '../../lib/model/incident.ts';
import { MiB, seconds } from '../../lib/model/units.ts';
import { type Incident, incidentsOf } from '../../lib/policy/history.ts';
import { intent, opened, outcome } from './ledger.ts';

/** When the incident was found. */
export const FOUND = Date.parse('2026-01-01T12:00:00Z');
const ID = '20260101-0001';

/** A ledger, each entry so many seconds after it was found. */
export function incidentOf(events: readonly (readonly [after: number, event: LedgerEvent])[]): Incident {
  const entries = events.map(([after, event], index) => {
    const stamp = { at: FOUND + seconds(after), boot: 'boot-a', up: seconds(1000 + after), seq: index + 1 };
    return { ...event, ...stamp } as LedgerEntry;
  });
  const [incident] = incidentsOf(entries);
  if (incident === undefined) throw new Error('these entries are no incident');
  return incident;
}

/** A hung docker, held for a moment, restarted, and over. */
export const hungDocker = (evidence = [{ from: '/proc/812/stat', excerpt: '812 (dockerd) T 1' }]): Incident =>
  incidentOf([
    [0, opened({ evidence })],
    [1, { kind: 'guards', incident: ID, remedy: 'restart-runtime', guards: ['starting'] }],
    [4, { kind: 'guards', incident: ID, remedy: 'restart-runtime', guards: [] }],
    [
      5,
      intent({
        plan: [
          { kind: 'kill', unit: 'docker.service', signal: 'SIGKILL' },
          { kind: 'start', unit: 'docker.service' },
        ],
      }),
    ],
    [11, outcome()],
    [12, { kind: 'closed', incident: ID, healedBy: 'restart-runtime' }],
  ]);

/** Ten minutes of a node with some work, its relists stopped while docker hung. */
export function recorded(count = 60): readonly FlightSample[] {
  return Array.from({ length: count }, (_, index) => {
    const at = FOUND + seconds((index - count / 2) * 10);
    const wave = Math.abs(Math.sin(index * 1.7));
    const hung = at >= FOUND - seconds(20) && at <= FOUND + seconds(10);
    return {
      at,
      up: seconds(1000) + at - FOUND,
      boot: 'boot-a',
      mark: 'running' as const,
      cpuSome: 4 + wave * 9,
      memorySome: 0,
      memoryFull: 0,
      ioSome: hung ? 31 : wave * 3,
      ioFull: hung ? 22 : wave,
      nodefsBytes: 92_000 * MiB - index * 4 * MiB,
      imagefsBytes: 41_000 * MiB,
      nodefsInodes: 5_400_000,
      memoryAvailable: 5_200 * MiB + wave * 300 * MiB,
      relistAge: hung ? at - FOUND + seconds(24) : 400 + wave * 700,
      blockedTasks: hung ? 7 : 0,
      load1: 1.2 + wave + (hung ? 3 : 0),
      apiLatency: 8 + wave * 14,
    };
  });
}

export const incidentPage = (changes: Partial<IncidentPage> = {}): IncidentPage => ({
  incident: hungDocker(),
  samples: recorded(),
  files: [{ name: 'journal-docker.service.txt', text: 'Jan 01 12:00:00 dockerd[812]: level=error msg="no answer"\n' }],
  meaning: 'The container runtime answers slowly or not at all.',
  version: '0.0.0',
  at: FOUND + seconds(60),
  ...changes,
});

/** What somebody who wants to own the reader of a page would write into a log. */
export const HOSTILE: readonly string[] = [
  '</pre></details></main></body></html><script>document.title="owned"</script>',
  '</title><script>document.title="owned"</script>',
  '</style><style>body{display:none}</style>',
  '<img src=x onerror=\'document.title="owned"\'>',
  '"><svg onload="document.title=\'owned\'">',
  "' autofocus onfocus='document.title=1' x='",
  '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:1/">',
  '<iframe srcdoc="<script>parent.document.title=1</script>"></iframe>',
  '<!-- <base href="http://127.0.0.1:1/"> ]]> --!>',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;',
  '\u001b]0;owned\u0007\u001b[2J\u0000\u0008\u007f\u009b31m',
  '\u202eevil\u2066\u2028\u2029\ufeff\ud800 half a pair \udc00',
  'x'.repeat(10_000),
  '日本語 ünïcode 🚀 stays',
];
