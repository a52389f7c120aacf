export type Language = 'en' | 'zh';

/** Where a command prints, and how much of a terminal it is. */
export interface Terminal {
  print(text: string): void;
  warn(text: string): void;
  /** Width to wrap at; 100 when it is not a terminal. */
  readonly columns: number;
  /** Lines of it; absent when it is not a terminal. */
  readonly rows?: number | undefined;
  readonly color: boolean;
  readonly interactive: boolean;
  /** Of the person who reads it; what programs read is the same in every language. Absent: English. */
  readonly language?: Language;
  /** A line that a person types; undefined: nobody is there to be asked. */
  ask?(question: string): Promise<string | undefined>;
  /** False once the reader of stdout has gone. */
  writable(): boolean;
}

const PLAIN_COLUMNS = 100;

async function askPerson(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) return undefined;
  // Here alone: the daemon, which asks nobody, would carry it for ever.
  const reader = process.getBuiltinModule('node:readline').createInterface({ input: process.stdin, output: process.stdout });
  const { promise, resolve } = Promise.withResolvers<string>();
  // The end of the input, or Ctrl-C, is no yes.
  reader.on('close', () => resolve(''));
  reader.question(question, resolve);
  return await promise.finally(() => reader.close());
}

// Everything that can drive a terminal but what we write ourselves: colours, home, clear, and the beginning of a line.
const DRIVING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
  /\u001b(?!\[[0-9;]*[mHJK])|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The last line of defence: who prints has made it printable, and here nothing that was forgotten gets further. */
export const harmless = (text: string): string =>
  text.replace(DRIVING, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** POSIX: the first of the three that is set and not empty. A terminal of another encoding than UTF-8 gets English. */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>): Language {
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((value) => value !== undefined && value !== '') ?? '';
  const [, language = '', charset = 'UTF-8'] = /^([a-z]+)(?:[_-][A-Za-z]+)?(?:\.([\w-]+))?(?:@\w+)?$/.exec(locale) ?? [];
  return language === 'zh' && /^utf-?8$/i.test(charset) ? 'zh' : 'en';
}

export function processTerminal(): Terminal {
  const interactive = process.stdout.isTTY === true;
  // https://no-color.org: present and not empty.
  const noColor = (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  return {
    print: (text) => void process.stdout.write(harmless(text)),
    warn: (text) => void process.stderr.write(harmless(text)),
    columns: interactive ? Math.max(60, Math.min(process.stdout.columns ?? PLAIN_COLUMNS, 140)) : PLAIN_COLUMNS,
    get rows() {
      return process.stdout.rows;
    },
    color: interactive && !noColor,
    interactive,
    language: languageOf(process.env),
    ask: askPerson,
    writable: () => process.stdout.writable,
  };
}
