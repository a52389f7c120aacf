import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askAgent } from '../../agent/ask.ts';
import { type Desk, openDesk } from '../../agent/desk.ts';
import { putRequest } from '../../agent/request-file.ts';
import { systemClock } from '../../lib/host/local.ts';
import type { AgentRequest, RequestEnd, RequestNews, SayNews } from '../../lib/model/request.ts';

const RESET: AgentRequest = { do: 'reset', of: 'PLEGUnhealthy' };
const DONE: RequestEnd = { kind: 'end', outcome: 'done', text: 'PLEGUnhealthy: 2 attempts forgiven' };

function temporary(): string {
  const root = mkdtempSync(join(tmpdir(), 'nodemend-desk-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return join(root, 'requests');
}

type Answer = (request: AgentRequest, by: string, say: SayNews) => Promise<RequestEnd>;

function open(directory: string, answer: Answer = async () => DONE, now = { boot: 'b', up: 60_000 }): Desk {
  return openDesk({ directory, moment: () => now, answer });
}

/** Asks, and lets the desk tend as often as it takes. */
async function ask(directory: string, desk: Desk | undefined, alive = () => true) {
  const heard: RequestNews[] = [];
  // A minute passes with each look, so that nobody waits for the deadline.
  let minutes = 0;
  const clock = {
    ...systemClock,
    monotonic: () => minutes * 100,
    async sleep() {
      minutes += 1;
      desk?.tend();
      await desk?.idle();
    },
  };
  const moment = () => ({ boot: 'b', up: 60_000 });
  const onNews = (news: RequestNews) => heard.push(news);
  return { answer: await askAgent(RESET, { directory, clock, moment, by: 'bob', alive, onNews }), heard };
}

describe('the request directory', () => {
  it('brings a request to the agent, and its news back to whoever asked', async () => {
    const directory = temporary();
    const asked: unknown[] = [];
    const desk = open(directory, async (request, by, say) => {
      asked.push([request, by]);
      say({ kind: 'step', text: 'docker.service was killed' });
      return DONE;
    });

    expect(await ask(directory, desk)).toEqual({ answer: DONE, heard: [{ kind: 'step', text: 'docker.service was killed' }] });
    expect(asked).toEqual([[RESET, 'bob']]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('says that an agent which runs does not answer, and takes the request back', async () => {
    const directory = temporary();
    mkdirSync(directory, { recursive: true });

    expect((await ask(directory, undefined)).answer).toMatchObject({ kind: 'unheard' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('says that the agent ended in the middle', async () => {
    const directory = temporary();
    mkdirSync(directory, { recursive: true });

    expect((await ask(directory, undefined, () => false)).answer).toMatchObject({ kind: 'lost' });
  });

  it('says that there is no directory to ask in', async () => {
    expect((await ask(join(temporary(), 'absent'), undefined)).answer).toMatchObject({ kind: 'unwritable' });
  });

  it('turns a defect of the agent into an answer', async () => {
    const directory = temporary();
    const desk = open(directory, () => Promise.reject(new Error('boom')));

    expect((await ask(directory, desk)).answer).toMatchObject({ outcome: 'refused', text: expect.stringContaining('boom') });
  });

  it.each([
    ['of another boot', { boot: 'c', up: 60_000 }],
    ['asked too long ago', { boot: 'b', up: 75_000 }],
    ['from the future', { boot: 'b', up: 40_000 }],
  ])('refuses a request %s', async (_, now) => {
    const directory = temporary();
    let done = 0;
    const count = async () => {
      done += 1;
      return DONE;
    };
    const desk = open(directory, count, now);

    expect((await ask(directory, desk)).answer).toMatchObject({ outcome: 'refused', text: expect.stringContaining('too old') });
    expect(done).toBe(0);
  });

  it('forgets what was asked of an agent before it', async () => {
    const directory = temporary();
    mkdirSync(directory, { recursive: true });
    putRequest(directory, RESET, 'bob', { boot: 'b', up: 60_000 });
    let done = 0;
    const desk = open(directory, async () => {
      done += 1;
      return DONE;
    });
    desk.tend();
    await desk.idle();

    expect(done).toBe(0);
  });

  const ID = '00000000-0000-4000-8000-000000000000';
  it.each([
    ['cut', (path: string) => writeFileSync(path, '{"kind":"AgentReq', { mode: 0o600 })],
    ['huge', (path: string) => writeFileSync(path, ' '.repeat(1 << 20), { mode: 0o600 })],
    ['binary', (path: string) => writeFileSync(path, Buffer.from([0, 255, 1]), { mode: 0o600 })],
    ['of something else', (path: string) => writeFileSync(path, '[]', { mode: 0o600 })],
    ['writable for others', (path: string) => writeFileSync(path, '{}', { mode: 0o666 })],
    ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
    ['a directory', (path: string) => mkdirSync(path)],
  ])('survives a request that is %s, and does nothing', async (_, make) => {
    const directory = temporary();
    let done = 0;
    const desk = open(directory, async () => {
      done += 1;
      return DONE;
    });
    make(join(directory, `${ID}.request`));
    desk.tend();
    await desk.idle();

    expect(done).toBe(0);
    expect(readdirSync(directory)).toEqual([`${ID}.answer`]);
    expect((await ask(directory, desk)).answer).toEqual(DONE);
  });

  it('makes its directory anew when somebody deleted it', async () => {
    const directory = temporary();
    const desk = open(directory);
    rmSync(directory, { recursive: true });
    desk.tend();

    expect((await ask(directory, desk)).answer).toEqual(DONE);
  });

  it('answers one after the other', async () => {
    const directory = temporary();
    const order: string[] = [];
    const desk = open(directory, async (_, by) => {
      order.push(`${by} in`);
      await delay(5);
      order.push(`${by} out`);
      return DONE;
    });
    for (const by of ['a', 'a']) putRequest(directory, RESET, by, { boot: 'b', up: 60_000 });
    desk.tend();
    await desk.idle();

    expect(order).toEqual(['a in', 'a out', 'a in', 'a out']);
  });
});
