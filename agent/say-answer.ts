import { messageOf } from '../lib/model/error-words.ts';
import { leave } from './leave.ts';

/** The end of a program that was asked one thing: the answer as JSON, or why there is none. */
export async function sayAnswer(answer: () => Promise<unknown>): Promise<never> {
  try {
    process.stdout.write(`${JSON.stringify(await answer())}\n`);
    return await leave(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return await leave(1);
  }
}
