import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderIncidentPage } from '../../../agent/pages/incident-page.ts';
import type { Incident } from '../../../lib/policy/history.ts';
import { FOUND, HOSTILE, hungDocker, incidentOf, incidentPage, recorded } from '../../fakes/incident-page.ts';
import { intent, opened, outcome } from '../../fakes/ledger.ts';

const render = (changes: Parameters<typeof incidentPage>[0] = {}) => renderIncidentPage(incidentPage(changes));
const ID = '20260101-0001';

/** Every tag of a page, and every attribute; text between them is passed over. */
function tagsOf(page: string): readonly { readonly name: string; readonly attributes: readonly string[] }[] {
  return [...page.matchAll(/<\/?([a-zA-Z!][^\s/>]*)((?:\s+[\w-]+(?:="[^"<>]*")?)*)\s*\/?>/g)].map(([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: [...rest.replace(/="[^"]*"/g, ' ').matchAll(/([\w-]+)/g)].map(([, attribute = '']) => attribute),
  }));
}

const TAGS = new Set(
  '!doctype html head meta title style body main header footer h1 h2 p span b dl div dt dd code ol li time details summary pre figure figcaption svg line text polyline circle rect'.split(
    ' ',
  ),
);

describe('the page of an incident', () => {
  it('tells it from the first sign to the end', () => {
    const text = render()
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');

    expect(text).toMatch(
      /DockerHung on docker\.service .*healed by restart-runtime.*What happened.*12:00:00.*Found.*\+1s Held.*starting.*\+5s Remedy: restart-runtime.*rung 1.*kill docker\.service SIGKILL.*start docker\.service.*\+11s Verified.*\+12s Over.*Signals around it.*50 records.*Evidence.*\/proc\/812\/stat.*dockerd\) T 1.*journal-docker\.service\.txt/,
    );
  });

  it('draws every signal that was recorded, with what happened', () => {
    const page = render();

    expect(page.match(/<figure>/g)).toHaveLength(7);
    expect(page.match(/class="mark found"/g)?.length).toBeGreaterThanOrEqual(7);
    expect(page).toContain('<title>restart-runtime begun</title>');
    expect(page).toContain('aria-label="Time since the kubelet’s last relist: 428ms to 34s"');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names the signals that were not recorded', () => {
    const page = render({ samples: recorded().map(({ relistAge: _, apiLatency: __, ...rest }) => rest) });

    expect(page).toContain('Nobody could tell: Time since the kubelet’s last relist; Answers of the API server.');
    expect(page.match(/<figure>/g)).toHaveLength(5);
  });

  it('loads and runs nothing, and says so to the browser', () => {
    const page = render();
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');

    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;;`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\sstyle=|\son\w+=/i);
  });

  it.each(HOSTILE.map((text) => [text.slice(0, 50), text] as const))('gives %j no power', (_name, text) => {
    const evil = incidentOf([
      [
        0,
        opened({ type: text, reason: text, subject: text, message: text, evidence: [{ from: text, excerpt: `a\n${text}\nb` }] }),
      ],
      [1, { kind: 'guards', incident: ID, remedy: text, guards: [text] }],
      [2, intent({ remedy: text, plan: [{ kind: text, unit: text }] })],
      [3, outcome({ remedy: text, message: text })],
      [4, { kind: 'exhausted', incident: ID, tried: [text] }],
      [5, { kind: 'closed', incident: ID, healedBy: text }],
    ]);
    const page = render({ incident: evil, files: [{ name: text, text: `${text}\n`.repeat(3) }], meaning: text, version: text });
    const strange = tagsOf(page).filter(({ name }) => !TAGS.has(name));

    expect(strange).toEqual([]);
    // A < that begins no tag of ours would be one that slipped through.
    expect(page.match(/</g)?.length).toBe(tagsOf(page).length);
    expect(tagsOf(page).flatMap(({ attributes }) => attributes.filter((name) => /^(on|style|src|href)/.test(name)))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(page.isWellFormed()).toBe(true);
  });

  it('shows what was written, as it was written', () => {
    const files = [{ name: '<b>', text: `a <script> & "b" isn't &lt;\u001b[2J` }];

    expect(render({ files })).toContain('a &lt;script&gt; &amp; &quot;b&quot; isn&#39;t &amp;lt;\\x1b[2J</pre>');
  });

  it('shows both ends of long evidence, and not everything of very much', () => {
    const long = `first line\n${'middle\n'.repeat(50_000)}last line`;
    const files = Array.from({ length: 60 }, (_, index) => ({ name: `file-${index}`, text: long }));
    const page = render({ files });

    expect(page).toMatch(/first line[\s\S]*KiB left out here[\s\S]*last line/);
    expect(page).toMatch(/\d+ more are in the bundle/);
    expect(page.length).toBeLessThan(4_000_000);
  });

  it('opens what is short, and closes what is long', () => {
    const page = render({ files: [{ name: 'long', text: 'line\n'.repeat(400) }] });

    expect(page.match(/<details open>/g)).toHaveLength(1);
    expect(page).toMatch(/<details><summary>long<span>400 lines/);
  });

  it('says what it does not know', () => {
    const page = render({ samples: [], files: [], incident: hungDocker([]) });

    expect(page).toContain('The flight recorder has nothing of that time');
    expect(page).toContain('Nothing was kept');
  });

  it.each<[string, readonly object[]]>([
    ['one record', recorded(1)],
    ['records without a measure', [{ at: FOUND, up: 1, boot: 'b', mark: 'running' }]],
    ['a clock that was set back', recorded(6).map((one, index) => ({ ...one, at: FOUND - index * 1000 }))],
    ['a day of records', recorded(8640)],
  ])('draws %s', (_name, samples) => {
    const page = render({ samples: samples as ReturnType<typeof recorded> });

    expect(page).not.toMatch(/NaN|Infinity/);
    expect(page.length).toBeLessThan(400_000);
  });

  it('parts a line where nothing was recorded, and at a boot', () => {
    const samples = recorded(9)
      .map((one, index) => ({ ...one, boot: index < 6 ? 'a' : 'b' }))
      .filter((_, index) => index !== 2 && index !== 3 && index !== 4);
    const page = render({ samples });

    expect(/Memory available[\s\S]*?<\/figure>/.exec(page)?.[0].match(/<polyline|<circle/g)).toHaveLength(3);
  });

  it.each<[string, Incident['entries'][number]['kind'][]]>([
    ['open', ['opened', 'guards']],
    ['given up', ['opened', 'intent', 'outcome', 'exhausted']],
  ])('shows one that is %s', (name, kinds) => {
    const all = [...hungDocker().entries, { kind: 'exhausted', incident: ID, tried: ['restart-runtime'] }] as Incident['entries'];
    const events = kinds.flatMap((kind) => all.find((entry) => entry.kind === kind) ?? []);

    expect(render({ incident: incidentOf(events.map((event, index) => [index, event])) })).toContain(
      `>${name === 'open' ? 'held: starting' : 'given up'}</span>`,
    );
  });
});
