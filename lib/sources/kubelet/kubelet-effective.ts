import { isObject } from '../../model/json.ts';
import { parseDuration } from '../../model/quantity.ts';
import { type Duration, minutes, seconds } from '../../model/units.ts';
import { parseThreshold } from '../eviction/eviction-thresholds.ts';
import type { ConfigLayers, ConfigObject, ConfigProblem } from './kubelet-config-files.ts';
import { evictionDefaults, mapSetting, mergedConfig, type Setting, type Texts } from './kubelet-config-merge.ts';
import { rulesOf } from './kubelet-defaults.ts';
import { flagText, type KubeletFlags } from './kubelet-flags.ts';

/** Everything the effective settings follow from. */
export interface KubeletInputs {
  readonly version?: string;
  readonly installed: boolean;
  readonly flags: KubeletFlags;
  readonly layers: ConfigLayers;
  /** The running kubelet's own answer; outranks the files. */
  readonly configz?: ConfigObject;
  /** A file of it is younger than the running kubelet, which may run with something else. */
  readonly changed?: string;
  /** The hard thresholds which that kubelet logged at its start. */
  readonly logged?: { readonly evictionHard: Texts; readonly pid: number };
}

export interface EvictionSettings {
  readonly evictionHard: Setting<Texts>;
  readonly evictionSoft: Setting<Texts>;
  readonly evictionSoftGracePeriod: Setting<Texts>;
  readonly evictionMinimumReclaim: Setting<Texts>;
}

const MAPS = {
  evictionHard: { key: 'evictionHard', flag: 'eviction-hard', separator: '<' },
  evictionSoft: { key: 'evictionSoft', flag: 'eviction-soft', separator: '<' },
  evictionSoftGracePeriod: { key: 'evictionSoftGracePeriod', flag: 'eviction-soft-grace-period', separator: '=' },
  evictionMinimumReclaim: { key: 'evictionMinimumReclaim', flag: 'eviction-minimum-reclaim', separator: '=' },
} as const;

function defaultLabel({ installed, version }: Pick<KubeletInputs, 'installed' | 'version'>): string {
  if (!installed) return 'default (no kubelet)';
  return version === undefined ? 'default (kubelet version unknown)' : `default (${version})`;
}

/** Files tell where a value comes from, configz whether it is in force: a file edited after the start differs. */
function inForce(setting: Setting<Texts>, name: keyof typeof MAPS, configz: ConfigObject): Setting<Texts> {
  const { uncertain: _, ...certain } = setting;
  const running = isObject(configz[name]) ? (configz[name] as Texts) : {};
  const keys = new Set([...Object.keys(running), ...Object.keys(setting.value)]);
  const same = [...keys].every((key) => running[key] === setting.value[key]);
  return same ? certain : { value: running, source: 'configz' };
}

const isSame = (one: Texts, other: Texts): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (key) => JSON.stringify(parseThreshold(one[key] ?? '0%')) === JSON.stringify(parseThreshold(other[key] ?? '0%')),
  );

/** Files that changed behind a running kubelet's back tell what the next one will do. */
function asStarted(setting: Setting<Texts>, name: keyof typeof MAPS, { changed, logged }: KubeletInputs): Setting<Texts> {
  const isLost = changed !== undefined || setting.uncertain !== undefined;
  if (!isLost || setting.source.startsWith('flag')) return setting;
  if (name !== 'evictionHard' || logged === undefined) {
    return changed === undefined
      ? setting
      : { ...setting, source: `${setting.source} (${changed} changed after the kubelet's start)` };
  }
  const { uncertain: _, ...certain } = setting;
  if (isSame(setting.value, logged.evictionHard)) return certain;
  return { value: logged.evictionHard, source: `log of process ${logged.pid} (its files changed after its start)` };
}

export function evictionSettings(inputs: KubeletInputs): EvictionSettings {
  const { layers, flags, installed, configz } = inputs;
  const rules = rulesOf(inputs.version);
  // Without any kubelet the defaults serve as a yardstick for the disks.
  const defaults = { ...evictionDefaults(rules, defaultLabel(inputs)), ...(installed ? {} : { needConfig: false }) };
  const unread = layers.problems[0];
  const read = (name: keyof typeof MAPS): Setting<Texts> => {
    const source = { ...MAPS[name], ...(name === 'evictionHard' ? { defaults } : {}) };
    const setting = mapSetting(source, layers, flags);
    const doubtful =
      unread === undefined || setting.source.startsWith('flag') ? setting : { ...setting, uncertain: problemText(unread) };
    return configz === undefined ? asStarted(doubtful, name, inputs) : inForce(doubtful, name, configz);
  };
  return {
    evictionHard: read('evictionHard'),
    evictionSoft: read('evictionSoft'),
    evictionSoftGracePeriod: read('evictionSoftGracePeriod'),
    evictionMinimumReclaim: read('evictionMinimumReclaim'),
  };
}

/** `/var/lib/kubelet/config.yaml:3:1: tabs are not allowed`. */
export function problemText({ file, line, column, message }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}: ${message}`;
}

/** Reads single values: flag, then configuration file, then the default. */
export interface Reader {
  text(flag: string | undefined, path: string, fallback: string): string;
  count(flag: string | undefined, path: string, fallback: number): number;
  duration(flag: string | undefined, path: string, fallback: Duration): Duration;
  list(flag: string | undefined, path: string, fallback: readonly string[]): readonly string[];
  gate(name: string): boolean;
}

export function reader(flags: KubeletFlags, config: ConfigObject): Reader {
  const at = (path: string) =>
    path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config);
  const given = (flag: string | undefined) => (flag === undefined ? undefined : flagText(flags, flag));
  return {
    text(flag, path, fallback) {
      const value = given(flag) ?? at(path);
      return typeof value === 'string' && value !== '' ? value : fallback;
    },
    count(flag, path, fallback) {
      const value = Number(given(flag) ?? at(path) ?? Number.NaN);
      return Number.isFinite(value) ? value : fallback;
    },
    duration(flag, path, fallback) {
      const value = given(flag) ?? at(path);
      const parsed = typeof value === 'string' ? parseDuration(value) : undefined;
      // The API's defaulting cannot tell 0s from absent.
      return parsed === undefined || parsed === 0 ? fallback : parsed;
    },
    list(flag, path, fallback) {
      const value = given(flag)?.split(',') ?? at(path);
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : fallback;
    },
    gate(name) {
      const pairs = (flags.get('feature-gates') ?? []).flatMap((value) => value.split(','));
      const flag = pairs.findLast((pair) => pair.trim().startsWith(`${name}=`));
      if (flag !== undefined) return /=\s*(true|t|1)$/i.test(flag.trim());
      return at(`featureGates.${name}`) === true;
    },
  };
}

export function heartbeats(read: Reader): {
  nodeStatusUpdateFrequency: Duration;
  nodeStatusReportFrequency: Duration;
  nodeLeaseDuration: Duration;
} {
  return {
    nodeStatusUpdateFrequency: read.duration('node-status-update-frequency', 'nodeStatusUpdateFrequency', seconds(10)),
    nodeStatusReportFrequency: read.duration(undefined, 'nodeStatusReportFrequency', minutes(5)),
    nodeLeaseDuration: seconds(read.count(undefined, 'nodeLeaseDurationSeconds', 0) || 40),
  };
}

export function configOf({ configz, layers }: KubeletInputs): ConfigObject {
  return configz ?? mergedConfig(layers);
}
