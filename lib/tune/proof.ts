import type { ConfigLayers } from '../sources/kubelet/kubelet-config-files.ts';
import { evictionSettings } from '../sources/kubelet/kubelet-effective.ts';
import { parseFlags } from '../sources/kubelet/kubelet-flags.ts';
import { isSameList, type TuneNode } from './node.ts';
import { type Target, type Thresholds, withoutFlags } from './target.ts';

const isSame = (wanted: Thresholds, actual: Readonly<Record<string, string>>): boolean => {
  const keys = new Set([
    ...Object.keys(wanted),
    ...Object.keys(actual).filter((key) => !/^(containerfs|allocatableMemory)\./.test(key)),
  ]);
  return [...keys].every((key) => wanted[key as keyof Thresholds] === actual[key]);
};

/**
 * The plan read again by the same code that reads the node: with this command line and these files the kubelet must have exactly the target,
 * and its command line nothing else that is new. Undefined: proved.
 */
export function disprove(
  node: TuneNode,
  target: Target,
  planned: { readonly argv: readonly string[]; readonly layers: ConfigLayers },
): string | undefined {
  if (!isSameList(withoutFlags(planned.argv, target), withoutFlags(node.argv, target)))
    return 'the command line would differ in more than the eviction flags';
  const flags = parseFlags(planned.argv.slice(1));
  const settings = evictionSettings({ version: node.version, installed: true, flags, layers: planned.layers });
  const uncertain = settings.evictionHard.uncertain ?? settings.evictionSoft.uncertain;
  if (uncertain !== undefined) return uncertain;
  if (!isSame(target.hard, settings.evictionHard.value))
    return `evictionHard would come from ${settings.evictionHard.source}, and not be what was asked for`;
  const soft =
    !target.writesSoft ||
    (isSame(target.soft, settings.evictionSoft.value) && isSame(target.grace, settings.evictionSoftGracePeriod.value));
  return soft ? undefined : `evictionSoft would come from ${settings.evictionSoft.source}, and not be what was asked for`;
}
