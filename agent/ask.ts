import { readFileSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/host/host.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { AgentRequest, RequestEnd, RequestNews } from '../lib/model/request.ts';
import { ms } from '../lib/model/units.ts';
import { HEARD_WITHIN, putRequest } from './request-file.ts';
import { tried } from './tried.ts';

export interface AskParts {
  readonly directory: string;
  readonly clock: Clock;
  readonly moment: () => Moment;
  readonly by: string;
  /** Whether the agent is still there. */
  readonly alive: () => boolean;
  readonly onNews: (news: RequestNews) => void;
}

/** `unheard`: nothing was done. `lost`: the agent ended in the middle; its ledger says how far it came. */
export type Asked = RequestEnd | { readonly kind: 'unheard' | 'lost' | 'unwritable'; readonly text: string };

const LOOK_EVERY = ms(100);

function newsIn(text: string): readonly RequestNews[] {
  // The last piece may still be in the writing.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RequestNews);
}

const readAnswer = (path: string): string | undefined => tried(() => readFileSync(path, 'utf8'));

/** Takes the request back; false: it was taken in the meantime. */
function withdraw(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Nobody reads an answer twice. */
function forget(path: string, end: RequestEnd): RequestEnd {
  rmSync(path, { force: true });
  return end;
}

/** Asks the running agent and waits for what comes of it: as long as the agent lives, once it has heard. */
export async function askAgent(request: AgentRequest, parts: AskParts): Promise<Asked> {
  const { directory, clock, moment, alive, onNews } = parts;
  let id: string;
  try {
    id = putRequest(directory, request, parts.by, moment());
  } catch (error) {
    return { kind: 'unwritable', text: messageOf(error) };
  }
  const began = clock.monotonic();
  const answer = join(directory, `${id}.answer`);
  const question = join(directory, `${id}.request`);
  let told = 0;
  for (;;) {
    const text = readAnswer(answer);
    for (const news of newsIn(text ?? '').slice(told)) {
      told += 1;
      if (news.kind === 'end') return forget(answer, news);
      onNews(news);
    }
    if (!alive()) {
      withdraw(question);
      return { kind: 'lost', text: 'the agent ended before it had answered' };
    }
    if (text === undefined && clock.monotonic() - began > HEARD_WITHIN && withdraw(question)) {
      return { kind: 'unheard', text: 'it runs and does not answer; nothing was done' };
    }
    await clock.sleep(LOOK_EVERY);
  }
}
