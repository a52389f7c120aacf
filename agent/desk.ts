import { appendFileSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../lib/model/error-words.ts';
import type { Moment } from '../lib/model/incident.ts';
import { safeJson } from '../lib/model/printable.ts';
import type { AgentRequest, RequestEnd, RequestFile, RequestNews, SayNews } from '../lib/model/request.ts';
import { seconds } from '../lib/model/units.ts';
import { HEARD_WITHIN, readRequest } from './request-file.ts';

const MOST_WAITING = 16;
const KEEP_ANSWERS = seconds(600);
const REQUEST = /^([\da-f-]{36})\.request$/;

export interface DeskParts {
  /** `/run/nodemend/requests`: whoever can write there is root. */
  readonly directory: string;
  readonly moment: () => Moment;
  /** Must not throw for what the host does; one at a time. */
  answer(request: AgentRequest, by: string, say: SayNews): Promise<RequestEnd>;
}

/** Where a person's commands ask the running agent: no port, no socket, files of root's alone. */
export interface Desk {
  /** Looks for what has come; cheap where there is nothing. */
  tend(): void;
  /** Rings when something was put down; returns what ends it. */
  listen(ring: () => void): () => void;
  /** Resolves when nothing is being answered. */
  idle(): Promise<void>;
  close(): void;
}

function ignoreErrors(work: () => void): void {
  try {
    work();
  } catch {
    // /run is full or gone: whoever asked hears nothing, and is told that nobody answers.
  }
}

export function openDesk({ directory, moment, answer }: DeskParts): Desk {
  let queue: Promise<void> = Promise.resolve();
  let waiting = 0;

  function clear(): void {
    ignoreErrors(() => rmSync(directory, { recursive: true, force: true }));
    ignoreErrors(() => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  }

  async function serve(id: string, { request, by }: RequestFile): Promise<void> {
    const path = join(directory, `${id}.answer`);
    const say = (news: RequestNews) => ignoreErrors(() => appendFileSync(path, `${safeJson(news)}\n`, { mode: 0o600 }));
    try {
      say(await answer(request, by, say));
    } catch (error) {
      const why = messageOf(error);
      say({ kind: 'end', outcome: 'refused', text: `internal error of the agent: ${why}` });
    }
  }

  /** Why it is not answered. */
  function refusal(asked: RequestFile | undefined): string | undefined {
    if (asked === undefined) return 'the request could not be read';
    const { boot, up } = moment();
    if (asked.boot !== boot || Math.abs(up - asked.up) > HEARD_WITHIN) return 'the request is too old';
    return waiting >= MOST_WAITING ? 'too many requests wait already' : undefined;
  }

  function take(name: string, id: string): void {
    const claimed = join(directory, `.${id}.taken`);
    // Claimed before it is answered: whoever asked cannot take it back any more, and a crash must not do it twice.
    renameSync(join(directory, name), claimed);
    let asked: RequestFile | undefined;
    ignoreErrors(() => {
      asked = readRequest(claimed);
    });
    rmSync(claimed, { recursive: true, force: true });
    const why = refusal(asked);
    const end: RequestEnd | undefined = why === undefined ? undefined : { kind: 'end', outcome: 'refused', text: why };
    writeFileSync(join(directory, `${id}.answer`), end === undefined ? '' : `${safeJson(end)}\n`, { mode: 0o600, flag: 'wx' });
    if (asked === undefined || end !== undefined) return;
    const mine = asked;
    waiting += 1;
    queue = queue
      .then(() => serve(id, mine))
      .finally(() => {
        waiting -= 1;
      });
  }

  function sweep(name: string): void {
    const path = join(directory, name);
    if (Date.now() - lstatSync(path).mtimeMs > KEEP_ANSWERS) rmSync(path, { force: true });
  }

  clear();
  return {
    tend() {
      let names: readonly string[] = [];
      try {
        names = readdirSync(directory);
      } catch {
        return clear();
      }
      for (const name of names) {
        const id = REQUEST.exec(name)?.[1];
        ignoreErrors(() => (id === undefined ? sweep(name) : take(name, id)));
      }
    },
    listen(ring) {
      try {
        const watcher = watch(directory, { persistent: false }, ring);
        watcher.on('error', () => watcher.close());
        return () => watcher.close();
      } catch {
        // No inotify left, or no directory: it is looked into from time to time all the same.
        return () => undefined;
      }
    },
    idle: () => queue,
    close: () => ignoreErrors(() => rmSync(directory, { recursive: true, force: true })),
  };
}
