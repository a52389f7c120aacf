import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Tab } from './chromium.ts';

export interface Look {
  readonly title: string;
  /** Elements that a page of ours never has. */
  readonly strange: number;
  readonly charts: number;
  /** Its own style holds: the policy lets it through. */
  readonly styled: boolean;
  /** Sticks out to the side. */
  readonly tooWide: boolean;
  /** Blocks of evidence, and those of them that paper shows. */
  readonly evidence: number;
  readonly printed: number;
  readonly height: number;
  /** Beside the page itself. */
  readonly requests: readonly string[];
  /** What the browser complained of. */
  readonly complaints: readonly string[];
}

export interface Screen {
  readonly width: number;
  readonly dark: boolean;
}

/** Asked in the page, by the debugger: the page's own policy does not bind it. */
const QUESTIONS = `({
  title: document.title,
  strange: document.querySelectorAll('script,iframe,img,link,object,embed,form,input,base,video,audio,a').length + document.querySelectorAll('meta[http-equiv=refresh]').length,
  charts: document.querySelectorAll('svg.chart').length,
  styled: getComputedStyle(document.querySelector('dl')).display === 'grid',
  tooWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  height: document.documentElement.scrollHeight,
})`;
const PRINTED = `(() => {
  const all = [...document.querySelectorAll('details')];
  return { evidence: all.length, printed: all.filter((one) => one.querySelector('pre').getBoundingClientRect().height > 0).length };
})()`;

async function ask<Answer>(tab: Tab, expression: string): Promise<Answer> {
  const { result } = await tab.send<{ result: { value: Answer } }>('Runtime.evaluate', { expression, returnByValue: true });
  return result.value;
}

async function show(tab: Tab, { width, dark }: Screen, media = ''): Promise<void> {
  await tab.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
  const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
  await tab.send('Emulation.setEmulatedMedia', { media, features });
}

/** Opens a file as a person would, and asks what became of it. */
export async function lookAt(tab: Tab, file: string, screen: Screen): Promise<Look> {
  const before = tab.events.length;
  const url = pathToFileURL(file).href;
  await show(tab, screen);
  await tab.send('Page.navigate', { url });
  // Whatever would run or load by itself has had its time.
  await sleep(800);
  const seen = await ask<Omit<Look, 'requests' | 'complaints' | 'evidence' | 'printed'>>(tab, QUESTIONS);
  await show(tab, screen, 'print');
  const printed = await ask<Pick<Look, 'evidence' | 'printed'>>(tab, PRINTED);
  await show(tab, screen);
  const events = tab.events.slice(before);
  const requests = events.flatMap(({ method, params }) =>
    method === 'Network.requestWillBeSent' ? [(params?.request as { url: string }).url] : [],
  );
  const complaints = events.flatMap(({ method, params }) => {
    if (method === 'Log.entryAdded') return [(params?.entry as { text: string }).text];
    return method === 'Runtime.exceptionThrown' || method === 'Page.javascriptDialogOpening' ? [method] : [];
  });
  return { ...seen, ...printed, requests: requests.filter((one) => one !== url), complaints };
}

/** All of the page, or its beginning. */
export async function screenshot(tab: Tab, width: number, height: number): Promise<Buffer> {
  const clip = { x: 0, y: 0, width, height, scale: 1 };
  const { data } = await tab.send<{ data: string }>('Page.captureScreenshot', {
    format: 'png',
    clip,
    captureBeyondViewport: true,
  });
  return Buffer.from(data, 'base64');
}
