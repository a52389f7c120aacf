import type { Terminal } from '../terminal.ts';
import type { Page } from './doctor.ts';

/** The page that a terminal is, in the language of the person before it. Chinese is read only when somebody wants it. */
export async function pageOf({ columns, color, language }: Terminal): Promise<Page> {
  if (language !== 'zh') return { columns, color };
  const { chinese } = await import('./zh/words.ts');
  return { columns, color, words: chinese };
}
