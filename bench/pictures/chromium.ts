/** Headless Chromium over its debugging pipe: enough to open a page, ask it, and take a picture. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

type Fields = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

export interface Tab {
  send<Result = Fields>(method: string, params?: Fields): Promise<Result>;
  /** What came by itself, since the tab was opened. */
  readonly events: readonly Message[];
}

export interface Browser {
  readonly tab: Tab;
  close(): Promise<void>;
}

const PATIENCE = 30_000;

function connect(child: ChildProcess) {
  const [, , , input, output] = child.stdio as unknown as readonly [null, null, null, Writable, Readable];
  const waiting = new Map<number, PromiseWithResolvers<Fields>>();
  const events: Message[] = [];
  let [text, last] = ['', 0];
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = `${text}${chunk}`.split('\0');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      const asked = waiting.get(message.id ?? -1);
      if (asked === undefined) events.push(message);
      else if (message.error === undefined) asked.resolve(message.result ?? {});
      else asked.reject(new Error(message.error.message));
      waiting.delete(message.id ?? -1);
    }
  });
  const send = async (method: string, params: Fields = {}, sessionId?: string): Promise<Fields> => {
    last += 1;
    const answer = Promise.withResolvers<Fields>();
    waiting.set(last, answer);
    input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    const timer = setTimeout(() => answer.reject(new Error(`${method}: no answer`)), PATIENCE);
    return await answer.promise.finally(() => clearTimeout(timer));
  };
  return { send, events };
}

/** Without a network but for loopback; `program`: Debian's chromium. */
export async function openBrowser(program: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'nodemend-chromium-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--hide-scrollbars',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const { send, events } = connect(child);
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const tab: Tab = {
    send: async <Result>(method: string, params?: Fields) => (await send(method, params, String(sessionId))) as Result,
    events,
  };
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await tab.send(`${domain}.enable`);
  return {
    tab,
    close: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
