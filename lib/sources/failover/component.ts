import type { ComponentFlags } from '../../model/failover.ts';
import { toObject, toObjects, toText, toTexts } from '../../model/json.ts';
import { parseFlags } from '../kubelet/kubelet-flags.ts';

export type ComponentName = 'kube-controller-manager' | 'kube-apiserver';

/** A program of the control plane, as it runs or is meant to run. */
export interface Component extends ComponentFlags {
  readonly name: ComponentName;
  /** The node it runs on, where that is known. */
  readonly node?: string;
}

export const NAMES: readonly ComponentName[] = ['kube-controller-manager', 'kube-apiserver'];

/** The last of repeated flags counts; all of them are one text here. */
export function flagsOf(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...parseFlags(words)].map(([name, values]) => [name, values.at(-1) ?? '']));
}

/** The words of a container, or undefined if it runs something else; a shell in front of it hides the flags. */
function componentWords(container: unknown): readonly [ComponentName, readonly string[]] | undefined {
  const { command, args } = toObject(container);
  const words = [...toTexts(command), ...toTexts(args)];
  const at = words.findIndex((word) => NAMES.some((name) => word === name || word.endsWith(`/${name}`)));
  const name = NAMES.find((one) => words[at]?.endsWith(one));
  return name === undefined ? undefined : [name, words.slice(at + 1)];
}

/** Pure: the components that a Pod (a manifest, or its mirror) runs. */
export function componentsOf(pod: unknown, from: string): readonly Component[] {
  const { spec } = toObject(pod);
  const { containers, nodeName } = toObject(spec);
  const node = toText(nodeName);
  return toObjects(containers).flatMap((container) => {
    const found = componentWords(container);
    if (found === undefined) return [];
    const [name, words] = found;
    return [{ name, flags: flagsOf(words), from, ...(node === '' ? {} : { node }) }];
  });
}
