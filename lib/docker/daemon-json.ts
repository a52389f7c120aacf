import { messageOf } from '../model/error-words.ts';
import { isObject } from '../model/json.ts';
/** An edit that keeps everything else to the byte: comments there are none in daemon.json, but order, spaces and indentation are somebody's. */
export type Edited = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'refused'; readonly why: string };

interface Member {
  readonly key: string;
  readonly keyAt: number;
  readonly valueAt: number;
  readonly valueEnd: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Members of the outermost object; the text is known to be valid JSON. */
function membersOf(text: string): readonly Member[] {
  const members: Member[] = [];
  let depth = 0;
  let key: { readonly name: string; readonly at: number } | undefined;
  let valueAt = -1;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && valueAt < 0 && token.startsWith('"')) key = { name: JSON.parse(token) as string, at: index };
    if (depth === 1 && token === ':') valueAt = index + 1;
    if (depth === 1 && (token === ',' || token === '}') && key !== undefined && valueAt >= 0) {
      const space = /^\s*/.exec(text.slice(valueAt))?.[0].length ?? 0;
      const valueEnd = valueAt + text.slice(valueAt, index).trimEnd().length;
      members.push({ key: key.name, keyAt: key.at, valueAt: valueAt + space, valueEnd });
      key = undefined;
      valueAt = -1;
    }
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
  }
  return members;
}

function parse(text: string): Readonly<Record<string, unknown>> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not valid JSON (${messageOf(error)})`.slice(0, 200);
  }
  return isObject(value) ? value : 'it is not a JSON object';
}

/** Parsed; undefined: no file, an empty one, or one that is no JSON object. */
export function readDaemonJson(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const value = parse(text ?? '');
  return typeof value === 'string' ? undefined : value;
}

function insert(text: string, key: string, value: string, [first]: readonly Member[]): string {
  const open = text.indexOf('{') + 1;
  if (first === undefined)
    return `${text.slice(0, open)}\n  ${JSON.stringify(key)}: ${value}\n${text.slice(text.lastIndexOf('}'))}`;
  // What stands before the first member stands before each: a line and its indentation, or nothing.
  const before = text.slice(open, first.keyAt);
  return `${text.slice(0, open)}${before}${JSON.stringify(key)}: ${value},${before === '' ? ' ' : ''}${text.slice(open)}`;
}

/** Sets one string of daemon.json. `text` undefined or blank, as dockerd takes it: there are no settings yet. */
export const withSetting = (text: string | undefined, key: string, value: string): Edited => withValue(text, key, value);

/** The same with any value; `written`: how it is to stand there. */
export function withValue(text: string | undefined, key: string, value: unknown, written = JSON.stringify(value)): Edited {
  if (text === undefined || text.trim() === '') return { kind: 'text', text: `{\n  ${JSON.stringify(key)}: ${written}\n}\n` };
  const parsed = parse(text);
  if (typeof parsed === 'string') return { kind: 'refused', why: parsed };
  const members = membersOf(text);
  const own = members.filter((member) => member.key === key);
  const [member, second] = own;
  if (second !== undefined) return { kind: 'refused', why: `it has ${JSON.stringify(key)} twice` };
  const edited =
    member === undefined
      ? insert(text, key, written, members)
      : text.slice(0, member.valueAt) + written + text.slice(member.valueEnd);
  const check = parse(edited);
  const isSame = typeof check !== 'string' && JSON.stringify({ ...parsed, [key]: value }, order) === JSON.stringify(check, order);
  return isSame ? { kind: 'text', text: edited } : { kind: 'refused', why: `${key} could not be set without touching the rest` };
}

/** How a member's value stands in the text; undefined: it has none, or more than one. */
export function writtenValue(text: string, key: string): string | undefined {
  const [member, second] = membersOf(text).filter((one) => one.key === key);
  return member === undefined || second !== undefined ? undefined : text.slice(member.valueAt, member.valueEnd);
}

/** Objects by sorted keys, so that two can be compared as text. */
function order(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
