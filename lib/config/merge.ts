import { isObject } from '../model/json.ts';
import { type ConfigFile, type Path, type Position, type Positions, pathId } from './files.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface Merged {
  readonly value: Tree;
  /** Where a key stands, or the nearest thing around it that stands anywhere. */
  place(path: Path, part: 'key' | 'value'): Position | undefined;
  /** Where the value in force at exactly this path was set. */
  origin(path: Path): Position | undefined;
}

/** Mappings merge key by key, everything else is replaced. A key without a value sets nothing. */
function mergeTrees(base: Tree, over: Tree): Tree {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const before = merged.get(name);
    if (isObject(value)) merged.set(name, mergeTrees(isObject(before) ? before : {}, value));
    else if (value !== null) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

export function mergeFiles(files: readonly ConfigFile[]): Merged {
  let value: Tree = {};
  const positions = new Map<string, NonNullable<ReturnType<Positions['get']>>>();
  for (const file of files) {
    value = mergeTrees(value, file.value);
    for (const [id, position] of file.positions) positions.set(id, position);
  }
  return {
    value,
    place(path, part) {
      for (let length = path.length; length >= 0; length -= 1) {
        const found = positions.get(pathId(path.slice(0, length)));
        if (found !== undefined) return length === path.length ? found[part] : found.value;
      }
      return undefined;
    },
    origin: (path) => positions.get(pathId(path))?.key,
  };
}
