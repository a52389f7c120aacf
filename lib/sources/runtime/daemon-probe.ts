import type { ConnectFailure, CriAnswer, HostView, HttpAnswer } from '../../host/host.ts';
import { type Duration, ms, seconds } from '../../model/units.ts';
import { within } from '../within.ts';
import { type Progress, type ProgressSample, progressBetween, sampleProgress, withWaitChannels } from './daemon-progress.ts';

/** A daemon's answer to one question, whatever the protocol. */
export type Reply =
  | { readonly kind: 'answered'; readonly took: Duration }
  /** It lives and says no: `HTTP 500 …`, `grpc 14 …`. */
  | { readonly kind: 'refusing'; readonly took: Duration; readonly what: string }
  | {
      readonly kind: 'silent';
      readonly after: Duration;
      /** It listens and does not even accept. */
      readonly backlogFull: boolean;
      /** Absent: its process could not be found or looked at. */
      readonly progress?: Progress;
    }
  | { readonly kind: 'down'; readonly how: 'missing' | 'refused' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'failed'; readonly what: string };

export type Silent = Extract<Reply, { kind: 'silent' }>;

/** How long a daemon may owe an answer before it counts as none (docs/safety.md: 8 s). */
export const PATIENCE = seconds(8);
/** A healthy daemon answers long before; only then are its threads counted, which costs a file per thread. */
const LATE = ms(500);
/** An alarm that is called off wakes the process all the same when it would have rung: cheap only while it is still at work. */
const AT_ONCE = ms(20);
const WINDOW = PATIENCE - LATE;
/** gRPC: the server itself gave up at the deadline we told it. */
const DEADLINE_EXCEEDED = 4;

type Answer = HttpAnswer | CriAnswer;

const isTimeout = (answer: Answer) =>
  answer.kind === 'timed-out' || (answer.kind === 'grpc-error' && answer.code === DEADLINE_EXCEEDED);

/** Whether the daemon owes an answer: nobody accepted, or nothing came. */
export const isSilent = (answer: Answer) => isTimeout(answer) || answer.kind === 'backlog-full';

function toFailure(answer: ConnectFailure): Reply {
  if (answer.kind === 'missing' || answer.kind === 'refused') return { kind: 'down', how: answer.kind };
  if (answer.kind === 'denied') return { kind: 'denied' };
  return { kind: 'failed', what: answer.kind === 'failed' ? answer.code : answer.kind };
}

/** Pure: what the daemon's answer says about it. */
export function toReply(answer: Answer, progress?: Progress): Reply {
  if (isSilent(answer)) {
    const backlogFull = answer.kind === 'backlog-full';
    return { kind: 'silent', after: PATIENCE, backlogFull, ...(progress === undefined ? {} : { progress }) };
  }
  if (answer.kind === 'response') {
    const isBroken = 'status' in answer && answer.status >= 500;
    if (!isBroken) return { kind: 'answered', took: answer.took };
    return { kind: 'refusing', took: answer.took, what: `HTTP ${answer.status} ${answer.body.slice(0, 200).trim()}`.trim() };
  }
  if (answer.kind === 'grpc-error') return { kind: 'refusing', took: 0, what: `grpc ${answer.code} ${answer.message}`.trim() };
  if (answer.kind === 'untrusted' || answer.kind === 'no-identity') return { kind: 'failed', what: answer.reason };
  return toFailure(answer);
}

export interface Question<A extends Answer> {
  readonly ask: (deadline: Duration) => Promise<A>;
  readonly pid: () => Promise<number | undefined>;
}

async function sampleOf(host: HostView, pid: Question<Answer>['pid']): Promise<ProgressSample | undefined> {
  const process = await pid();
  return process === undefined ? undefined : await sampleProgress(host, process);
}

async function sinceThen(host: HostView, before: ProgressSample | undefined): Promise<Progress | undefined> {
  const after = before === undefined ? undefined : await sampleProgress(host, before.pid);
  // Another process has the PID: the daemon was restarted meanwhile.
  if (before === undefined || after === undefined || after.startTicks !== before.startTicks) return undefined;
  return await withWaitChannels(host, progressBetween(before, after, WINDOW));
}

/**
 * Asks, and when no answer comes watches what the daemon does meanwhile: idle it is hung, busy or starved it is slow.
 * A full backlog fails at once, so the same window is waited out and the question put again.
 */
export async function probe<A extends Answer>(
  host: HostView,
  question: Question<A>,
): Promise<{ answer: A; progress?: Progress }> {
  const asked = question.ask(PATIENCE);
  const early = (await within(host, asked, AT_ONCE)) ?? (await within(host, asked, LATE - AT_ONCE));
  if (early !== undefined && !isSilent(early)) return { answer: early };

  const before = await sampleOf(host, question.pid);
  const first = await asked;
  if (!isSilent(first)) return { answer: first };
  if (first.kind === 'backlog-full') await host.clock.sleep(WINDOW - seconds(1));
  const answer = first.kind === 'backlog-full' ? await question.ask(seconds(1)) : first;
  const progress = isSilent(answer) ? await sinceThen(host, before) : undefined;
  return progress === undefined ? { answer } : { answer, progress };
}
