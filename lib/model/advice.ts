import type { Advice } from './finding.ts';

const SAFE = /^[\w@%+=:,./-]+$/;

/** One word for a POSIX shell; undefined for what cannot be typed safely. */
export function shellWord(text: string): string | undefined {
  if (SAFE.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names of files and processes may hold them
  return /[\u0000-\u001f\u007f]/.test(text) ? undefined : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Puts what is known into the commands: each key is a placeholder word such as `MOUNTPOINT`. */
export function fillIn(advice: readonly Advice[], values: Readonly<Record<string, string>>): Advice[] {
  return advice.map(({ text, command }) => {
    if (command === undefined) return { text };
    let filled = command;
    for (const [placeholder, value] of Object.entries(values)) {
      const word = shellWord(value);
      if (word !== undefined) filled = filled.replaceAll(new RegExp(`\\b${placeholder}\\b`, 'g'), () => word);
    }
    return { text, command: filled };
  });
}
