import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What node-problem-detector was asked (test/fixtures/npd/oracle), and what it said in 2026. */
interface Answers {
  readonly duration: {
    readonly case: { readonly s: string };
    readonly expected: { readonly ns?: number; readonly error?: string };
  };
  readonly starttime: {
    readonly case: { readonly uptime: string; readonly lookback: string; readonly delay: string };
    readonly expected: { readonly offsetNs?: number; readonly error?: string };
  };
  readonly translate: {
    readonly case: { readonly tsre: string; readonly msgre: string; readonly format: string; readonly s: string };
    readonly expected: { readonly time?: string; readonly message?: string; readonly error?: string };
  };
  readonly match: {
    readonly case: {
      readonly name: string;
      readonly buffer: number;
      readonly patterns: readonly string[];
      readonly lines: readonly string[];
    };
    readonly expected: { readonly errors: readonly string[]; readonly steps: readonly (readonly (readonly string[])[])[] };
  };
}

const folder = join(import.meta.dirname, '../fixtures/npd/oracle');
const read = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));

/** The cases of one kind with the answers of the real program. */
export function oracle<Kind extends keyof Answers>(kind: Kind): readonly Answers[Kind][] {
  const answers = read('expected.jsonl');
  return read('cases.jsonl').flatMap((one, index) =>
    one.op === kind ? [{ case: one, expected: answers[index] } as unknown as Answers[Kind]] : [],
  );
}
