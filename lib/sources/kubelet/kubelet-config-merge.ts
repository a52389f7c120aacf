import { isObject } from '../../model/json.ts';
import type { ConfigLayers, ConfigObject } from './kubelet-config-files.ts';
import type { VersionRules } from './kubelet-defaults.ts';
import { flagMap, type KubeletFlags } from './kubelet-flags.ts';

/** A value and where it comes from: `flag --eviction-hard`, `/var/lib/kubelet/config.yaml`, `default (v1.36)`. */
export interface Setting<Value> {
  readonly value: Value;
  readonly source: string;
  /** Where single keys come from, when they differ from `source` (--config-dir merges key by key). */
  readonly keySources?: Readonly<Record<string, string>>;
  /** Why the value is only a guess: a file of the configuration could not be read. */
  readonly uncertain?: string;
  /** Keys whose value is no text in the file (`1000000`, `true`): a kubelet does not start with it. */
  readonly mistyped?: readonly string[];
}

export type Texts = Readonly<Record<string, string>>;

/** JSON merge patch (RFC 7386), as the kubelet applies each drop-in: null removes a key, lists are replaced. */
function mergePatch(base: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** The files as one object. nodeStatusReportFrequency's default depends on what the main file alone says. */
export function mergedConfig({ main, dropIns }: ConfigLayers): ConfigObject {
  const base: Record<string, unknown> = { ...main?.content };
  const updates = base.nodeStatusUpdateFrequency;
  if (updates !== undefined && base.nodeStatusReportFrequency === undefined) base.nodeStatusReportFrequency = updates;
  const merged = dropIns.reduce<unknown>((config, { content }) => mergePatch(config, content), base);
  return isObject(merged) ? merged : {};
}

export interface MapSource {
  /** Key in the configuration file. */
  readonly key: string;
  readonly flag: string;
  readonly separator: '<' | '=';
  /** Defaults and what to call them, where the version has any. */
  readonly defaults?: {
    readonly value: Texts;
    readonly source: string;
    readonly needConfig: boolean;
    readonly canMerge: boolean;
  };
}

class Origins {
  readonly values = new Map<string, { value: string; source: string; mistyped: boolean }>();

  put(values: ConfigObject, source: string): void {
    for (const [key, value] of Object.entries(values)) {
      const isText = typeof value === 'string';
      this.values.set(key, { value: isText ? value : JSON.stringify(value), source, mistyped: !isText });
    }
  }

  patch(patch: ConfigObject, source: string): void {
    for (const [key, value] of Object.entries(patch)) if (value === null) this.values.delete(key);
    this.put(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)), source);
  }

  setting(fallback: string): Setting<Texts> {
    const entries = [...this.values];
    const sources = [...new Set(entries.map(([, { source }]) => source))];
    const value = Object.fromEntries(entries.map(([key, entry]) => [key, entry.value]));
    const wrong = entries.filter(([, { mistyped }]) => mistyped).map(([key]) => key);
    const mistyped = wrong.length === 0 ? {} : { mistyped: wrong };
    if (sources.length < 2) return { value, source: sources[0] ?? fallback, ...mistyped };
    const keySources = Object.fromEntries(entries.map(([key, { source }]) => [key, source]));
    return { value, source: sources.join(' + '), keySources, ...mistyped };
  }
}

/** A map setting by the kubelet's precedence: flag (replaces all) → drop-ins (key by key) → main file → defaults of the version. */
export function mapSetting(source: MapSource, layers: ConfigLayers, flags: KubeletFlags): Setting<Texts> {
  const flag = flagMap(flags, source.flag, source.separator);
  if (flag !== undefined) return { value: flag, source: `flag --${source.flag}` };

  const origins = new Origins();
  const { main } = layers;
  const { defaults } = source;
  let last = defaults === undefined ? 'default' : `${defaults.source}: none without --config`;
  const inMain = main?.content[source.key];
  if (defaults !== undefined && (inMain === undefined || inMain === null)) {
    if (main !== undefined || !defaults.needConfig) origins.put(defaults.value, defaults.source);
  }
  if (defaults?.canMerge === true && main?.content.mergeDefaultEvictionSettings === true)
    origins.put(defaults.value, defaults.source);
  if (isObject(inMain)) {
    origins.patch(inMain, main?.file ?? '');
    last = main?.file ?? '';
  }
  for (const { file, content } of layers.dropIns) {
    const patch = content[source.key];
    if (patch === undefined) continue;
    last = file;
    if (isObject(patch)) origins.patch(patch, file);
    else origins.values.clear();
  }
  return origins.setting(last);
}

export function evictionDefaults(rules: VersionRules, label: string): NonNullable<MapSource['defaults']> {
  return {
    value: rules.evictionHard,
    source: label,
    needConfig: rules.evictionDefaultsNeedConfig,
    canMerge: rules.mergeDefaults,
  };
}
