export interface JsonTrouble {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'end';

const IN_WORDS: Readonly<Record<Expected, string>> = {
  value: 'a value',
  valueOrEnd: 'a value or ]',
  key: 'a key in double quotes',
  keyOrEnd: 'a key in double quotes or }',
  colon: ':',
  commaOrEnd: ', or the end of what is open',
  end: 'the end of the file',
};

const TOKEN =
  /[ \t\r\n]*([{}[\]:,]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

/** What may follow a token; undefined: it must not stand here. */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  const isValue = expected === 'value' || expected === 'valueOrEnd';
  const done = (): Expected => (open.length === 0 ? 'end' : 'commaOrEnd');
  if (token === '{' || token === '[') {
    if (!isValue) return undefined;
    open.push(token);
    return token === '{' ? 'keyOrEnd' : 'valueOrEnd';
  }
  if (token === '}' || token === ']') {
    const mayEnd = expected === 'commaOrEnd' || expected === (token === '}' ? 'keyOrEnd' : 'valueOrEnd');
    return mayEnd && open.pop() === (token === '}' ? '{' : '[') ? done() : undefined;
  }
  if (token === ':') return expected === 'colon' ? 'value' : undefined;
  if (token === ',') {
    if (expected !== 'commaOrEnd') return undefined;
    return open.at(-1) === '{' ? 'key' : 'value';
  }
  if (expected === 'key' || expected === 'keyOrEnd') return token.startsWith('"') ? 'colon' : undefined;
  return isValue ? done() : undefined;
}

/** V8 tells the place of some mistakes and not of others, so the text is read once more. */
function firstMistake(text: string): { readonly at: number; readonly expected: Expected } | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const [whole, token]: readonly (string | undefined)[] = TOKEN.exec(text) ?? [];
    const next: Expected | undefined = token === undefined ? undefined : after(token, expected, open);
    if (whole === undefined || next === undefined) break;
    expected = next;
    at += whole.length;
  }
  const blank = /[ \t\r\n]*/y;
  blank.lastIndex = at;
  at += blank.exec(text)?.[0].length ?? 0;
  return at === text.length && expected === 'end' ? undefined : { at, expected };
}

/** Where a text stops being the JSON object that dockerd reads; undefined: it is one, or empty, which dockerd takes for no settings. */
export function jsonTrouble(text: string): JsonTrouble | undefined {
  if (text.trim() === '') return undefined;
  const mistake = firstMistake(text);
  if (mistake === undefined) {
    return text.trimStart().startsWith('{') ? undefined : { line: 1, column: 1, message: 'expected an object: { … }' };
  }
  const before = text.slice(0, mistake.at).split('\n');
  const found = mistake.at >= text.length ? 'the file ends' : `found ${JSON.stringify(text[mistake.at])}`;
  const message = `expected ${IN_WORDS[mistake.expected]}, ${found}`;
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}
