import { AgentError } from '../errors.ts';
import type { Instant } from '../model/units.ts';
import type { HostView } from './host.ts';
import { ask, type RecordedAnswer } from './recording.ts';

export interface RecordedHost extends HostView {
  /** Questions the recording has no answer for, in the order they were asked. */
  readonly missing: readonly string[];
}

/** A clock, too: read 8 s later while ours stands still, it would make a process that much older than its files. */
const UPTIME = ask.readFile('/proc/uptime');

/**
 * Answers from a recording: the same question gives its answers in the order they were recorded, then the last again,
 * so that two looks at a moving counter replay as they were. Time stands still at the recording's clock.
 */
export function recordedHost(answers: readonly RecordedAnswer[], now: Instant): RecordedHost {
  const queues = new Map<string, unknown[]>();
  for (const { ask: question, answer } of answers) {
    const queue = queues.get(question);
    if (queue === undefined) queues.set(question, [answer]);
    else queue.push(answer);
  }
  const missing: string[] = [];

  async function reply<Answer>(question: string): Promise<Answer> {
    const queue = queues.get(question);
    if (queue === undefined) {
      missing.push(question);
      throw new AgentError('RECORDING_INCOMPLETE', `the recording has no answer to: ${question}`);
    }
    // The shape was checked by the recorder's types; a recording made by hand is checked by the source that reads it.
    return (queue.length > 1 && question !== UPTIME ? queue.shift() : queue[0]) as Answer;
  }

  return {
    missing,
    clock: { now: () => now, monotonic: () => 0, sleep: sleepUntilAborted },
    readFile: (path) => reply(ask.readFile(path)),
    readLink: (path) => reply(ask.readLink(path)),
    listDirectory: (path) => reply(ask.listDirectory(path)),
    fileStatus: (path) => reply(ask.fileStatus(path)),
    fileSystemUsage: (path) => reply(ask.fileSystemUsage(path)),
    processes: (options) => reply(ask.processes(options?.threads === true)),
    run: (argv) => reply(ask.run(argv)),
    httpGet: (request) => reply(ask.httpGet(request)),
    criCall: (request) => reply(ask.criCall(request)),
    apiGet: (request) => reply(ask.apiGet(request)),
    clusterIdentity: () => reply(ask.clusterIdentity()),
  };
}

/** A pause is over at once; a deadline (the only sleep with a signal) never comes. */
function sleepUntilAborted(_duration: number, signal?: AbortSignal): Promise<void> {
  if (signal === undefined) return Promise.resolve();
  return new Promise(() => undefined);
}
