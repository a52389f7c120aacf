import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { AgentError } from '../errors.ts';

/**
 * A place in a kubeconfig that knows its line and column. It never quotes what stands there: it may be a key or a token.
 */
export interface Cursor {
  /** `clusters[0].cluster`. */
  readonly path: string;
  has(key: string): boolean;
  text(key: string): string | undefined;
  flag(key: string): boolean;
  /** The mapping below, undefined when absent or null. */
  map(key: string): Cursor | undefined;
  /** The mappings of a list, none when absent or null. */
  list(key: string): readonly Cursor[];
  texts(key: string): readonly string[];
  /** Throws: what was expected at `key`, with its position. */
  fail(expected: string, key?: string): never;
}

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
}

export function invalid(file: string, what: string, options?: ErrorOptions): AgentError {
  return new AgentError('KUBECONFIG_INVALID', `${file}: ${what}`, options);
}

function cursorAt(source: Source, node: Node | null, path: string): Cursor {
  const child = (key: string): Node | undefined => (isMap(node) ? (node.get(key, true) as Node | undefined) : undefined);
  const nameOf = (key?: string) => [path, key].filter((part) => part !== undefined && part !== '').join('.');

  function fail(expected: string, key?: string): never {
    const place = (key === undefined ? undefined : child(key)) ?? node;
    const { line, col } = source.lines.linePos(place?.range?.[0] ?? 0);
    const subject = nameOf(key) === '' ? '' : `${nameOf(key)}: `;
    throw invalid(`${source.file}:${Math.max(1, line)}:${Math.max(1, col)}`, `${subject}${expected}`);
  }
  const scalarAt = (key: string): unknown => {
    const found = child(key);
    if (found === undefined) return undefined;
    return isScalar(found) ? found.value : fail('expected a single value', key);
  };
  const itemsAt = (key: string): readonly unknown[] => {
    const found = child(key);
    if (found === undefined || (isScalar(found) && found.value === null)) return [];
    return isSeq(found) ? found.items : fail('expected a list', key);
  };

  return {
    path,
    fail,
    has: (key) => child(key) !== undefined,
    text(key) {
      const value = scalarAt(key) ?? undefined;
      return value === undefined || typeof value === 'string' ? value : fail('expected text in quotes', key);
    },
    flag(key) {
      const value = scalarAt(key) ?? false;
      return typeof value === 'boolean' ? value : fail('expected true or false', key);
    },
    map(key) {
      const found = child(key);
      if (found === undefined || (isScalar(found) && found.value === null)) return undefined;
      return isMap(found) ? cursorAt(source, found, nameOf(key)) : fail('expected a mapping', key);
    },
    list: (key) =>
      itemsAt(key).map((item, index) =>
        isMap(item) ? cursorAt(source, item, `${nameOf(key)}[${index}]`) : fail('expected a list of mappings', key),
      ),
    texts: (key) =>
      itemsAt(key).map((item) =>
        isScalar(item) && typeof item.value === 'string' ? item.value : fail('expected a list of texts', key),
      ),
  };
}

/** The root of a YAML document that must be a mapping. */
export function parseYaml(file: string, text: string): Cursor {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    // The parser's own message may quote the line, and the line may be a key.
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw invalid(`${file}:${Math.max(1, line)}:${Math.max(1, col)}`, `not valid YAML (${what})`);
  }
  const root = cursorAt({ file, lines }, document.contents, '');
  if (!isMap(document.contents)) root.fail('expected a kubeconfig (apiVersion, kind: Config, clusters, users, contexts)');
  return root;
}
