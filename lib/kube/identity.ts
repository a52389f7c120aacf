import { type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { watchedFiles } from './credential.ts';
import { OWN_KUBECONFIG } from './discovery.ts';
import { type IdentityOptions, openSession, type Session, type SessionAnswer } from './session.ts';

export interface Identities {
  current(): Promise<SessionAnswer>;
  /** As it was some seconds ago at most: who only wants the name of the Node need not have the files looked at. */
  lately(): Promise<SessionAnswer>;
  /** The server refused the credential: a token or plugin is asked again, at most every 10 s. */
  refused(session: Session): void;
}

/** The kubelet may be started with another kubeconfig; a plugin must not run for every refused request. */
const DISCOVER_AGAIN = minutes(5);
const TRY_AGAIN = seconds(2);
/** Less than the minute in which a kubeconfig of our own is to be found: nobody else may ask meanwhile. */
const LATELY = seconds(45);
const REFRESH_AFTER = seconds(10);

interface Held {
  readonly answer: SessionAnswer;
  readonly stamp: string;
  readonly at: Duration;
}

/** One session, opened again when a file behind it changes (rotated certificates), it expires, or a better kubeconfig may exist. */
export function identities(options: IdentityOptions): Identities {
  const { clock, fileStatus } = options.host;
  let held: Held | undefined;
  let lookedAt: Duration = Number.NEGATIVE_INFINITY;
  let opening: Promise<SessionAnswer> | undefined;

  async function stampOf(answer: SessionAnswer): Promise<string> {
    if (answer.kind !== 'session') return '';
    // One of our own may appear at any time.
    const files = new Set([OWN_KUBECONFIG, ...watchedFiles(answer.kubeconfig)]);
    const states = await Promise.all([...files].map((file) => fileStatus(file)));
    return states
      .map((state) => (state.kind === 'status' ? `${state.inode}:${state.modifiedAt}:${state.size}` : state.kind))
      .join();
  }

  const lapsed = (expiresAt: Instant | undefined) => expiresAt !== undefined && expiresAt - REFRESH_AFTER <= clock.now();

  async function isFresh({ answer, stamp, at }: Held): Promise<boolean> {
    const age = clock.monotonic() - at;
    if (answer.kind !== 'session') return age < TRY_AGAIN;
    if (age >= DISCOVER_AGAIN && answer.credential.kind !== 'exec') return false;
    if (lapsed(answer.credential.expiresAt) && age >= REFRESH_AFTER) return false;
    return stamp === (await stampOf(answer));
  }

  async function renew(): Promise<SessionAnswer> {
    if (held !== undefined && (await isFresh(held))) return held.answer;
    const fresh = await openSession(options);
    const stamp = await stampOf(fresh);
    const answer = held !== undefined && isSame(held.answer, fresh) ? held.answer : fresh;
    held = { answer, stamp, at: clock.monotonic() };
    return answer;
  }

  function current(): Promise<SessionAnswer> {
    lookedAt = clock.monotonic();
    opening ??= renew().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  return {
    current,
    async lately() {
      const isLately = held?.answer.kind === 'session' && clock.monotonic() - lookedAt < LATELY;
      return isLately && held !== undefined ? held.answer : current();
    },
    refused(session) {
      if (held?.answer === session && clock.monotonic() - held.at >= REFRESH_AFTER) held = undefined;
    },
  };
}

/** The same object keeps its connections. */
function isSame(before: SessionAnswer, after: SessionAnswer): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
