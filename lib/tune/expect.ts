import { type EvictionSettings, evictionSettings } from '../sources/kubelet/kubelet-effective.ts';
import { parseFlags } from '../sources/kubelet/kubelet-flags.ts';
import type { TuneNode } from './node.ts';
import { commandLine } from './service-command.ts';
import type { Target } from './target.ts';
import type { Expectation } from './transaction.ts';
import { isUnclear } from './unit-words.ts';

export function expectationOf(argv: readonly string[], settings: EvictionSettings): Expectation {
  const { evictionHard: hard, evictionSoft: soft, evictionSoftGracePeriod: grace } = settings;
  return { argv, hard: hard.value, soft: soft.value, grace: grace.value };
}

export function expectationFor(argv: readonly string[], target: Target, settings: EvictionSettings): Expectation {
  const { hard, soft, grace, writesSoft } = target;
  return { ...expectationOf(argv, settings), argv, hard, ...(writesSoft ? { soft, grace } : {}) };
}

/** Files as they would be; undefined: gone. */
export type Replaced = ReadonlyMap<string, string | undefined>;

/** What the kubelet would run with; what cannot be foretold is left out. */
export function expectationWith(node: TuneNode, replaced: Replaced): Expectation {
  const textOf = (path: string, text: string) => (replaced.has(path) ? replaced.get(path) : text);
  const units = node.units.flatMap(({ path, text }) => {
    const now = textOf(path, text);
    return now === undefined ? [] : [{ path, text: now }];
  });
  const files = new Map([...node.environmentFiles].filter(([path]) => !replaced.has(path)));
  for (const [path, text] of replaced) if (text !== undefined) files.set(path, text);
  const argv = commandLine(units, node.unit, files);
  if (isUnclear(argv)) return {};
  const dropIns = node.layers.dropIns.filter(({ file }) => !replaced.has(file));
  // One that was there before ours would have to be read and merged: the proof then goes without.
  const isMerged = node.layers.dropIns.some(({ file }) => replaced.get(file) !== undefined);
  if (isMerged) return { argv };
  const settings = evictionSettings({
    version: node.version,
    installed: true,
    flags: parseFlags(argv.slice(1)),
    layers: { ...node.layers, dropIns },
  });
  const isCertain = settings.evictionHard.uncertain === undefined;
  return isCertain ? expectationOf(argv, settings) : { argv };
}
