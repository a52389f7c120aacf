import { DO } from './advice-do.ts';
import { LOOK } from './advice-look.ts';
import { tell } from './tell.ts';

/** Every advice; commands stay as they are. */
export const ADVICE: Readonly<Record<string, string>> = { ...LOOK, ...DO };

/** An advice that nobody has put into Chinese stays as it is. */
export const adviceInChinese = tell(ADVICE);
