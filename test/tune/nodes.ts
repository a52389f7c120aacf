import { findFragment, orderDropIns } from '../../lib/tune/drop-ins.ts';
import type { TuneNode } from '../../lib/tune/node.ts';
import { commandLine } from '../../lib/tune/service-command.ts';
import { isUnclear } from '../../lib/tune/unit-words.ts';

/** A node whose kubelet runs what its unit's files say. */
export function nodeOf(
  files: Readonly<Record<string, string>>,
  more: Partial<TuneNode> = {},
  unit = 'kubelet.service',
): TuneNode {
  const paths = Object.keys(files);
  const fragment = findFragment(unit, paths) ?? findFragment(unit.replace(/@.*\./, '@.'), paths) ?? '';
  const units = [fragment, ...orderDropIns(unit, paths)].map((path) => ({
    path,
    text: files[path] ?? '',
  }));
  const texts = new Map(Object.entries(files));
  const argv = commandLine(units, unit, texts);
  return {
    version: 'v1.20.2',
    unit,
    units,
    environmentFiles: texts,
    argv: isUnclear(argv) ? [] : argv,
    layers: { dropIns: [], problems: [] },
    existing: texts,
    ...more,
  };
}
