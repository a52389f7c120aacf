/**
 * The page of an incident in a real Chromium: with content that wants to own its reader, wide and narrow, light, dark and on paper.
 * `--page FILE --picture OUT.png` takes a picture of a page that `incidents --html` wrote.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderIncidentPage } from '../agent/pages/incident-page.ts';
import { HOSTILE, hungDocker, incidentOf, incidentPage, recorded } from '../test/fakes/incident-page.ts';
import { opened } from '../test/fakes/ledger.ts';
import { printTable } from '../test/lab/table.ts';
import { type Browser, openBrowser } from './pictures/chromium.ts';
import { type Look, lookAt, type Screen, screenshot } from './pictures/look.ts';

const { values } = parseArgs({
  options: {
    chromium: { type: 'string', default: 'chromium' },
    page: { type: 'string' },
    picture: { type: 'string' },
    width: { type: 'string', default: '1000' },
    height: { type: 'string' },
    dark: { type: 'boolean', default: false },
    /** Keep every picture there. */
    out: { type: 'string' },
  },
});

const SCREENS: readonly (Screen & { readonly name: string })[] = [
  { name: 'wide', width: 1100, dark: false },
  { name: 'narrow', width: 390, dark: false },
  { name: 'dark', width: 1100, dark: true },
];

function pages(decoy: string): Readonly<Record<string, string>> {
  // What reaches out goes to a server of ours, which counts.
  const texts = [...HOSTILE, `<img src="${decoy}"><link rel=stylesheet href="${decoy}"><a ping="${decoy}">`].map((text) =>
    text.replaceAll('http://127.0.0.1:1/', decoy),
  );
  const evidence = texts.map((text) => ({ from: text, excerpt: `${text}\n`.repeat(20) }));
  const evil = incidentOf(
    texts.map((text, index) => {
      const event = opened({ type: text, reason: text, subject: text, message: text, evidence });
      return [index, index === 0 ? event : { ...event, kind: 'changed', state: 'active' }] as const;
    }),
  );
  const long = 'a line of a log that was written a thousand times\n'.repeat(20_000);
  return {
    plain: renderIncidentPage(incidentPage()),
    hostile: renderIncidentPage(
      incidentPage({
        incident: evil,
        meaning: texts.join(' '),
        files: evidence.map(({ from, excerpt }) => ({ name: from, text: excerpt })),
      }),
    ),
    long: renderIncidentPage(
      incidentPage({ incident: hungDocker(), samples: recorded(720), files: [{ name: 'journal.txt', text: long }] }),
    ),
    empty: renderIncidentPage(incidentPage({ samples: [], files: [], incident: hungDocker([]) })),
  };
}

function wrongWith(name: string, look: Look): readonly string[] {
  return [
    look.title === 'owned' || look.title === '1' ? 'a script ran' : '',
    look.strange > 0 ? `${look.strange} elements that are none of ours` : '',
    look.requests.length > 0 ? `asked for ${look.requests.join(', ')}` : '',
    look.complaints.length > 0 ? `the browser says ${look.complaints[0]}` : '',
    look.styled ? '' : 'without its style',
    look.tooWide ? 'sticks out to the side' : '',
    look.printed < look.evidence ? `${look.evidence - look.printed} blocks of evidence are not printed` : '',
    name === 'page' || look.charts === (name === 'empty' ? 0 : 7) ? '' : `${look.charts} charts`,
  ].filter((word) => word !== '');
}

/** What if a text slipped through: with our policy nothing runs and nothing is asked for, and without it this bench would see it. */
async function checkPolicy({ tab }: Browser, directory: string): Promise<boolean> {
  const evil = '<img src="http://127.0.0.1:1/x"><script>document.title="owned"</script>';
  const raw = renderIncidentPage(incidentPage()).replace('<footer>', () => `${evil}<footer>`);
  const [screen] = SCREENS;
  const looks: Look[] = [];
  for (const [index, page] of [raw, raw.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')].entries()) {
    const file = join(directory, `policy-${index}.html`);
    writeFileSync(file, page);
    looks.push(await lookAt(tab, file, screen ?? { width: 1000, dark: false }));
  }
  const [bound, free] = looks;
  const holds =
    bound?.title !== 'owned' && bound?.strange === 2 && bound.complaints.some((one) => one.includes('Content Security Policy'));
  const seen = free?.title === 'owned' && free.requests.length > 0;
  console.log(
    `planted unescaped: with the policy ${holds ? 'nothing ran' : 'IT RAN'}, without it ${seen ? 'it ran, and was seen' : 'NOTHING WAS SEEN'}`,
  );
  return holds && seen;
}

async function checkAll(browser: Browser): Promise<boolean> {
  const { tab } = browser;
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const decoy = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-pictures-'));
  const rows: string[][] = [];
  for (const [name, page] of Object.entries(pages(decoy))) {
    const file = join(directory, `${name}.html`);
    writeFileSync(file, page);
    for (const screen of SCREENS) {
      const look = await lookAt(tab, file, screen);
      const wrong = wrongWith(name, look);
      rows.push([
        name,
        screen.name,
        `${Math.round(page.length / 1024)} KiB`,
        String(look.charts),
        `${look.printed} of ${look.evidence}`,
        wrong.join('; ') || 'good',
      ]);
      if (values.out === undefined) continue;
      mkdirSync(values.out, { recursive: true });
      writeFileSync(
        join(values.out, `${name}-${screen.name}.png`),
        await screenshot(tab, screen.width, Math.min(look.height, 6000)),
      );
    }
  }
  const isBound = await checkPolicy(browser, directory);
  rmSync(directory, { recursive: true });
  server.close();
  printTable(['page', 'screen', 'size', 'charts', 'evidence printed', 'what is wrong'], rows, 100);
  console.log(`\nrequests that left a page: ${asked}`);
  return isBound && asked === 0 && rows.every((row) => row.at(-1) === 'good');
}

const browser = await openBrowser(values.chromium);
try {
  if (values.page !== undefined && values.picture !== undefined) {
    const width = Number(values.width);
    const look = await lookAt(browser.tab, values.page, { width, dark: values.dark });
    writeFileSync(values.picture, await screenshot(browser.tab, width, Number(values.height ?? look.height)));
    console.log(`${look.title}: ${wrongWith('page', look).join('; ') || 'good'}`);
  } else {
    process.exitCode = (await checkAll(browser)) ? 0 : 1;
  }
} finally {
  await browser.close();
}
