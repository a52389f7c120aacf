import { describe, expect, it } from 'vitest';
import { renderIncident } from '../../../agent/output/incident.ts';
import { renderIncidents } from '../../../agent/output/incidents.ts';
import { incidentsJson } from '../../../agent/output/incidents-json.ts';
import { renderLastBoot } from '../../../agent/output/last-boot.ts';
import { sparkline } from '../../../agent/output/sparkline.ts';
import type { FlightSample } from '../../../lib/model/flight.ts';
import type { LedgerEntry, LedgerEvent } from '../../../lib/model/incident.ts';
import { seconds } from '../../../lib/model/units.ts';
import { type Incident, incidentsOf } from '../../../lib/policy/history.ts';
import { lastWords } from '../../../lib/recorder/last-words.ts';
import { entry, intent, opened, outcome } from '../../fakes/ledger.ts';

const page = { columns: 100, color: false };
const incident = '20260101-0001';
const began = Date.parse('2026-01-01T23:10:00Z');

/** Events a number of seconds after the first one. */
function life(...events: readonly (readonly [number, LedgerEvent])[]): Incident {
  const entries = events.map(([after, event]) =>
    entry(event, { at: began + seconds(after), up: seconds(5000 + after) } satisfies Partial<LedgerEntry>),
  );
  const [only] = incidentsOf(entries);
  if (only === undefined) throw new Error('no incident');
  return only;
}

const plan = [{ do: 'restart-unit', unit: 'docker.service', patience: 3000 }];
const healed = life(
  [0, opened()],
  [1, { kind: 'guards', incident, remedy: 'restart-runtime', guards: ['starting', 'pressure'] }],
  [20, { kind: 'guards', incident, remedy: 'restart-runtime', guards: [] }],
  [20.1, intent({ plan })],
  [25.5, outcome()],
  [26.2, { kind: 'closed', incident, healedBy: 'restart-runtime' }],
);

describe('renderIncidents', () => {
  it('is one row per incident', () => {
    expect(
      renderIncidents({ incidents: [healed], notes: [] }, page),
    ).toBe(`  incident       when              what                       done             outcome                    lasted
  20260101-0001  2026-01-01 23:10  DockerHung docker.service  restart-runtime  healed by restart-runtime     26s

\`nodemend incidents ID\` shows one with its evidence. Times are UTC.
`);
  });

  it.each([
    ['open', life([0, opened()])],
    ['held: starting, mode', life([0, opened()], [1, { kind: 'guards', incident, remedy: 'x', guards: ['starting', 'mode'] }])],
    ['under repair', life([0, opened()], [1, intent()])],
    ['given up', life([0, opened()], [1, { kind: 'exhausted', incident, tried: ['restart-runtime'] }])],
    ['healed by systemd', life([0, opened()], [1, { kind: 'closed', incident, healedBy: 'systemd' }])],
  ])('says: %s', (text, one) => {
    expect(renderIncidents({ incidents: [one], notes: [] }, page)).toContain(text);
  });

  it('does not call done what was held right before its first step', () => {
    const held = life(
      [0, opened()],
      [1, intent({ plan })],
      [8, { ...outcome({ outcome: 'interrupted', message: 'fleet-breaker' }), untouched: true }],
    );

    expect(renderIncidents({ incidents: [held], notes: [] }, page)).toMatch(/DockerHung docker.service +nothing +/);
  });

  it('does not call done what was refused', () => {
    const one = life(
      [0, opened()],
      [1, intent({ plan })],
      [2, outcome({ outcome: 'refused' })],
      [3, { kind: 'closed', incident, healedBy: 'itself' }],
    );

    expect(renderIncidents({ incidents: [one], notes: [] }, page)).toMatch(/docker\.service {2}nothing {2}healed by itself/);
  });

  it('says that there is none, and what could not be read', () => {
    expect(renderIncidents({ incidents: [], notes: ['3 damaged lines of the ledger were skipped'] }, page)).toBe(
      'No incident in the ledger of this node.\n\n3 damaged lines of the ledger were skipped\n',
    );
  });
});

describe('renderIncident', () => {
  it('is a timeline with evidence', () => {
    expect(
      renderIncident(healed, ['/var/lib/nodemend/evidence/20260101-0001/journal.txt'], page),
    ).toBe(`Incident 20260101-0001  ContainerRuntimeUnhealthy/DockerHung docker.service
healed by restart-runtime after 26s; restart-runtime succeeded in 5.4s

  2026-01-01 23:10:00        found DockerHung (critical): dockerd has not answered for 12 s
  2026-01-01 23:10:01   +1s  restart-runtime is held by starting, pressure
  2026-01-01 23:10:20  +20s  nothing holds restart-runtime
  2026-01-01 23:10:20  +20s  agent runs restart-runtime (rung 1, disruption: local): restart-unit
                             docker.service
  2026-01-01 23:10:25  +25s  restart-runtime succeeded: docker.service answers again after 4.5 s
  2026-01-01 23:10:26  +26s  over, healed by restart-runtime

Evidence
  /proc/812/stat
    812 (dockerd) T 1

Files
  /var/lib/nodemend/evidence/20260101-0001/journal.txt
`);
  });

  it('lets nothing that the host said drive the terminal', () => {
    const evil = '\x1b[2J\x07\u202e';
    const hostile = life(
      [
        0,
        opened({
          type: `T${evil}`,
          subject: evil,
          reason: evil,
          message: evil,
          evidence: [{ from: evil, excerpt: `a\n${evil}` }],
        }),
      ],
      [1, { kind: 'guards', incident, remedy: evil, guards: [evil] }],
      [2, intent({ remedy: evil, plan: [{ do: evil }] })],
      [3, outcome({ message: evil })],
      [4, { kind: 'exhausted', incident, tried: [evil] }],
      [5, { kind: 'closed', incident, healedBy: evil }],
    );
    const text = renderIncident(hostile, [evil], page) + renderIncidents({ incidents: [hostile], notes: [evil] }, page);

    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  it('survives times that no calendar has', () => {
    const odd = life([0, opened()]);
    const broken = { ...odd, openedAt: 1e300, entries: odd.entries.map((one) => ({ ...one, at: 1e300 })) };

    expect(renderIncident(broken, [], page)).toContain('unknown');
    expect(incidentsJson({ incidents: [broken], notes: [] }).incidents[0]?.openedAt).toBeNull();
  });
});

describe('renderLastBoot', () => {
  const samples = Array.from(
    { length: 60 },
    (_, n): FlightSample => ({
      at: began + n * 10_000,
      up: 5_000_000 + n * 10_000,
      boot: 'boot-a',
      mark: 'running',
      memoryFull: n < 50 ? 0 : n,
      memoryAvailable: 2 ** 30 - n * 17e6,
    }),
  );
  const render = (shown: readonly FlightSample[], incidents: readonly Incident[] = []) =>
    renderLastBoot({ samples: shown, words: lastWords(shown), incidents, bootedAt: began + 700_000 }, page);

  it('says why the node died, with a chart', () => {
    expect(
      render(samples, [healed]),
    ).toBe(`The boot ended unawares: nobody stopped the agent. Last record 2026-01-01 23:19:50 UTC, after 1h33m
of uptime, 1m50s before this boot began.

What stood out in its last five minutes
  • memory ran out, 67.5 MiB were available at the least, all tasks waited for memory 59 % of the
    time

The last 9m50s
  waiting for memory  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅▅▅▅▅▅▅  0 % … 59 %        last 59 %
  memory available    █████▇▇▇▇▇▇▆▆▆▆▆▅▅▅▅▅▄▄▄▄▄▄▃▃▃▃▃▂▂▂▂▂▁▁▁  67.5 MiB … 1 GiB  last 67.5 MiB

Incidents of that boot
  incident       when              what                       done             outcome                    lasted
  20260101-0001  2026-01-01 23:10  DockerHung docker.service  restart-runtime  healed by restart-runtime     26s

Where to look next
  $ journalctl -b -1 -n 100 --no-pager
  $ last -x reboot shutdown | head
  $ ls /sys/fs/pstore /var/crash
`);
  });

  it('says that a reboot was ordered, and gives no commands then', () => {
    const text = render([
      ...samples.slice(0, 20),
      { ...samples[20], at: began + 200_000, up: 5_200_000, boot: 'boot-a', mark: 'stopped' },
    ]);

    expect(text).toContain('shut down or rebooted on purpose');
    expect(text).not.toContain('Where to look next');
  });

  it('says what it looks like when nothing was seen, and when nothing is known', () => {
    expect(render(samples.slice(0, 20))).toContain('a power cut, a kernel panic');
    expect(render([])).toBe('Nothing is known of an earlier boot: the recorder has no record that is not of the present one.\n');
  });
});

describe('sparkline', () => {
  it.each([
    ['nothing', [], {}, ''],
    ['equal values', [3, 3], {}, '▁▁'],
    ['a rise', [0, 1, 2, 3, 4, 5, 6, 7], {}, '▁▂▃▄▅▆▇█'],
    ['a gap', [0, undefined, 7], {}, '▁ █'],
    ['small values against a ceiling', [0, 5], { ceiling: 100 }, '▁▁'],
    ['the peak of a stretch', [0, 9, 0, 0, 0, 0, 0, 0], { width: 4 }, '█▁▁▁'],
    ['the low of a stretch', [9, 0, 9, 9, 9, 9, 9, 9], { width: 4, low: true }, '▁███'],
  ])('draws %s', (_, values, options, bars) => {
    expect(sparkline(values, { width: 10, ...options })).toBe(bars);
  });
});
