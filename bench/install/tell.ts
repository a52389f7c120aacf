import type { Ran } from './look.ts';

let failed = 0;

/** One line of the table; what does not hold is counted. */
export function tell(what: string, holds: boolean, seen: string): void {
  if (!holds) failed += 1;
  console.log(`| ${what} | ${holds ? '' : '**NOT** '}${seen} |`);
}

export const failures = (): number => failed;

export const figures = ({ readyAfter, took }: Ran): string =>
  `ready after ${readyAfter?.toFixed(1) ?? '–'} s, all of it ${took.toFixed(1)} s`;
