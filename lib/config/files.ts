import {
  Alias,
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { FileAnswer, HostView } from '../host/host.ts';
import { MiB } from '../model/units.ts';

export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with the configuration. `unreadable`: the file itself, not what is in it. */
export interface ConfigProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** `checks.pleg-health.interval`. */
  readonly key?: string;
  readonly message: string;
  readonly unreadable?: true;
}

export type Path = readonly PropertyKey[];

/** Where a key and its value stand; by `pathId`. */
export type Positions = ReadonlyMap<string, { readonly key: Position; readonly value: Position }>;

export interface ConfigFile {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly positions: Positions;
}

export const pathId = (path: Path): string => JSON.stringify(path.map(String));

/** A configuration is a page; what is larger is another file. */
const LARGEST = MiB;

function describeFailure(answer: Exclude<FileAnswer, { kind: 'text' }>): string {
  switch (answer.kind) {
    case 'missing':
      return 'there is no such file';
    case 'denied':
      return 'permission denied';
    case 'not-a-file':
      return `is a ${answer.is}; expected a regular file`;
    case 'timed-out':
      return 'its file system does not answer';
    case 'failed':
      return `cannot be read: ${answer.code}`;
  }
}

/** What follows the first mistakes of a file is mostly their consequence. */
const MOST_MISTAKES = 3;

function mistakesIn(document: Document.Parsed, at: (offset: number) => Position): readonly ConfigProblem[] {
  const mistakes = [...document.errors, ...document.warnings];
  const overflow = mistakes.find(({ message }) => /call stack|stack overflow/i.test(message));
  if (overflow !== undefined) return [{ ...at(overflow.pos[0]), message: 'is nested too deeply' }];
  return mistakes.slice(0, MOST_MISTAKES).map(({ code, message, pos }) => ({
    ...at(pos[0]),
    // The parser speaks to a programmer here.
    message: code === 'MULTIPLE_DOCS' ? 'a second document begins; expected one' : message,
  }));
}

/** The parser finds out only when it expands them, and then no longer knows where. */
function brokenAliasesIn(document: Document.Parsed, at: (offset: number) => Position): readonly ConfigProblem[] {
  const broken: ConfigProblem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      broken.push({
        ...at(alias.range?.[0] ?? 0),
        message: `*${alias.source} refers to nothing; expected &${alias.source} before it`,
      });
      return visit.BREAK;
    },
  });
  return broken;
}

function positionsIn(root: Node, locate: (node: Node) => Position): Positions {
  const positions = new Map<string, { key: Position; value: Position }>();
  const walk = (node: unknown, key: Position, path: Path) => {
    const value = isScalar(node) || isCollection(node) || node instanceof Alias ? locate(node) : key;
    positions.set(pathId(path), { key, value });
    if (isMap(node)) {
      for (const pair of node.items) {
        if (isPair(pair) && isScalar(pair.key)) walk(pair.value, locate(pair.key), [...path, String(pair.key.value)]);
      }
    }
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, value, [...path, index]);
  };
  walk(root, locate(root), []);
  return positions;
}

function parse(file: string, text: string): ConfigFile | readonly ConfigProblem[] {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const mistakes = mistakesIn(document, at);
  if (mistakes.length > 0) return mistakes;
  const broken = brokenAliasesIn(document, at);
  if (broken.length > 0) return broken;
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { file, value: {}, positions: new Map() };
  const locate = (node: Node) => at(node.range?.[0] ?? 0);
  if (!isMap(root)) return [{ ...locate(root), message: 'expected a mapping of keys to values' }];
  return { file, value: document.toJS({ maxAliasCount: 100 }), positions: positionsIn(root, locate) };
}

function explainException(error: unknown): string {
  if (error instanceof RangeError) return 'is nested too deeply';
  if (error instanceof ReferenceError) return 'its aliases multiply without end; write the values out';
  return `is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
}

export async function readConfigFile(host: HostView, file: string): Promise<ConfigFile | readonly ConfigProblem[]> {
  const answer = await host.readFile(file, { maxBytes: LARGEST });
  if (answer.kind !== 'text') return [{ file, message: describeFailure(answer), unreadable: true }];
  if (answer.truncated) return [{ file, message: 'is larger than 1 MiB; expected a configuration', unreadable: true }];
  try {
    return parse(file, answer.text);
  } catch (error) {
    // The parser recurses, and refuses a bomb of aliases: both end as an exception without a place.
    return [{ file, line: 1, column: 1, message: explainException(error) }];
  }
}
