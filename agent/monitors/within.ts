import { type Duration, seconds } from '../../lib/model/units.ts';

/** A disk that hangs keeps a thread, and nobody waiting. */
const DEADLINE: Duration = seconds(5);

type Done<Answer> = (error: Error | null, answer?: Answer) => void;

/** Ends by its deadline. `late`: what is to become of an answer that nobody waits for any more. */
export function within<Answer>(
  what: string,
  start: (done: Done<Answer>) => void,
  late?: (answer: Answer) => void,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    reject(new Error(`${what} has not ended within ${DEADLINE / 1000} s`));
  }, DEADLINE);
  start((error, answer) => {
    if (isOver && answer !== undefined) late?.(answer);
    clearTimeout(timer);
    if (error === null) resolve(answer as Answer);
    else reject(error);
  });
  return promise;
}

export const bounded = <Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> =>
  within(what, (done: Done<Answer>) => {
    work().then((answer) => done(null, answer), done);
  });
