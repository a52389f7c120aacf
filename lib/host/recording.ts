import { setImmediate } from 'node:timers/promises';
import type { ApiRequest, CriRequest, HostView, HttpRequest, RunOptions } from './host.ts';

/** One answer of a host: what was asked, and what came back. A line of `answers.jsonl`. */
export interface RecordedAnswer {
  readonly ask: string;
  readonly answer: unknown;
}

/** The question as one line of text: the key by which a recording is searched. */
export const ask = {
  readFile: (path: string) => `readFile ${path}`,
  readLink: (path: string) => `readLink ${path}`,
  listDirectory: (path: string) => `listDirectory ${path}`,
  fileStatus: (path: string) => `fileStatus ${path}`,
  fileSystemUsage: (path: string) => `fileSystemUsage ${path}`,
  processes: (threads: boolean) => (threads ? 'processes with threads' : 'processes'),
  run: (argv: readonly string[]) => `run ${JSON.stringify(argv)}`,
  httpGet: ({ socketPath, url }: HttpRequest) => `httpGet ${socketPath === undefined ? '' : `unix:${socketPath} `}${url}`,
  criCall: ({ socketPath, service, method, request }: CriRequest) =>
    `criCall ${socketPath} ${service}.${method} ${JSON.stringify(request ?? {})}`,
  apiGet: ({ path }: ApiRequest) => `apiGet ${path}`,
  clusterIdentity: () => 'clusterIdentity',
} as const;

export interface RecordingHost extends HostView {
  /**
   * Until everything that was asked is answered, also what nobody waits for any more, and what is asked on the strength
   * of such answers: a replay waits for all of it.
   */
  settled(): Promise<void>;
}

/** The same host, with every answer handed to `keep` as it comes. */
export function recordingHost(host: HostView, keep: (answer: RecordedAnswer) => void): RecordingHost {
  const open = new Set<Promise<unknown>>();
  async function kept<Answer>(question: string, answer: Promise<Answer>): Promise<Answer> {
    open.add(answer);
    try {
      const value = await answer;
      keep({ ask: question, answer: value });
      return value;
    } finally {
      open.delete(answer);
    }
  }
  return {
    clock: host.clock,
    async settled() {
      while (open.size > 0) {
        await Promise.allSettled(open);
        // Who got an answer may ask on.
        await setImmediate();
      }
    },
    readFile: (path, options) => kept(ask.readFile(path), host.readFile(path, options)),
    readLink: (path) => kept(ask.readLink(path), host.readLink(path)),
    listDirectory: (path) => kept(ask.listDirectory(path), host.listDirectory(path)),
    fileStatus: (path) => kept(ask.fileStatus(path), host.fileStatus(path)),
    fileSystemUsage: (path, options) => kept(ask.fileSystemUsage(path), host.fileSystemUsage(path, options)),
    processes: (options) => kept(ask.processes(options?.threads === true), host.processes(options)),
    run: (argv: readonly [string, ...string[]], options: RunOptions) => kept(ask.run(argv), host.run(argv, options)),
    httpGet: (request) => kept(ask.httpGet(request), host.httpGet(request)),
    criCall: (request) => kept(ask.criCall(request), host.criCall(request)),
    apiGet: (request) => kept(ask.apiGet(request), host.apiGet(request)),
    clusterIdentity: () => kept(ask.clusterIdentity(), host.clusterIdentity()),
  };
}
