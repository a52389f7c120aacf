import type { SignalName } from '../model/eviction.ts';
import { rulesOf } from '../sources/kubelet/kubelet-defaults.ts';
import type { EvictionSettings } from '../sources/kubelet/kubelet-effective.ts';
import { settableSignals, type Wanted } from './wanted.ts';

export type Thresholds = Readonly<Partial<Record<SignalName, string>>>;

/** The complete set that is written; soft ones only if any of them is to change. */
export interface Target {
  readonly hard: Thresholds;
  readonly soft: Thresholds;
  readonly grace: Thresholds;
  readonly writesSoft: boolean;
}

/** In one order, without what the kubelet derives by itself. */
function settable(texts: Readonly<Record<string, string>>): Thresholds {
  return Object.fromEntries(settableSignals.flatMap((signal) => (texts[signal] === undefined ? [] : [[signal, texts[signal]]])));
}

/** What is in force, the defaults of the version for every signal that a partial setting has lost, and what is wanted. */
export function completeTarget(settings: EvictionSettings, version: string, wanted: readonly Wanted[]): Target {
  const hard: Record<string, string> = { ...rulesOf(version).evictionHard, ...settings.evictionHard.value };
  const soft: Record<string, string> = { ...settings.evictionSoft.value };
  const grace: Record<string, string> = { ...settings.evictionSoftGracePeriod.value };
  for (const { signal, text, grace: after } of wanted) {
    if (after === undefined) hard[signal] = text;
    else {
      soft[signal] = text;
      grace[signal] = after;
    }
  }
  const writesSoft = wanted.some((one) => one.grace !== undefined);
  return { hard: settable(hard), soft: settable(soft), grace: settable(grace), writesSoft };
}

const joined = (texts: Thresholds, separator: string) =>
  Object.entries(texts)
    .map(([signal, text]) => `${signal}${separator}${text}`)
    .join(',');

export const EVICTION_FLAGS = ['eviction-hard', 'eviction-soft', 'eviction-soft-grace-period'] as const;

/** The command line flags that set it. */
export function toFlags({ hard, soft, grace, writesSoft }: Target): readonly string[] {
  const softFlags = [`--eviction-soft=${joined(soft, '<')}`, `--eviction-soft-grace-period=${joined(grace, '=')}`];
  return [`--eviction-hard=${joined(hard, '<')}`, ...(writesSoft ? softFlags : [])];
}

/** Words without the flags that the target sets, in both of their spellings. */
export function withoutFlags(words: readonly string[], { writesSoft }: Target): readonly string[] {
  const names: readonly string[] = writesSoft ? EVICTION_FLAGS : ['eviction-hard'];
  const kept: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [, name = '', value] = /^--([\w-]+)(=.*)?$/s.exec(word) ?? [];
    if (!names.includes(name.replaceAll('_', '-'))) kept.push(word);
    else if (value === undefined && !(words[index + 1] ?? '-').startsWith('-')) index += 1;
  }
  return kept;
}

const block = (name: string, texts: Thresholds) =>
  `${name}:\n${Object.entries(texts)
    .map(([signal, text]) => `  ${signal}: ${JSON.stringify(text)}\n`)
    .join('')}`;

/** A drop-in for --config-dir. */
export function toConfiguration({ hard, soft, grace, writesSoft }: Target): string {
  const softBlocks = `${block('evictionSoft', soft)}${block('evictionSoftGracePeriod', grace)}`;
  return `# Written by nodemend tune eviction: always every signal, as a partial set switches the others off.
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
${block('evictionHard', hard)}${writesSoft ? softBlocks : ''}`;
}
