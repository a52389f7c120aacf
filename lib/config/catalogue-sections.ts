import * as z from 'zod/mini';
import type { Check } from '../model/check.ts';
import type { DrainSettings } from '../model/move-work.ts';
import { nearest } from '../model/nearest.ts';
import type { ProblemDefinition } from '../model/problem.ts';
import type { RebootSettings } from '../model/reboot.ts';
import type { ReclaimSettings } from '../model/reclaim.ts';
import type { Disruption, Remedy } from '../model/remedy.ts';
import type { Setting } from '../model/setting.ts';
import { type Duration, seconds } from '../model/units.ts';
import { remedyOptions } from './remedy-options.ts';
import { formatGoDuration, formatRatio } from './text.ts';
import { count, duration, flag, key, oneOf, ratio, section, words } from './values.ts';

/** What the program is made of; the keys below `checks`, `remedies` and `ladders` follow from it. */
export interface Catalogue {
  readonly checks: readonly Check[];
  readonly remedies: readonly Remedy[];
  readonly problems: readonly ProblemDefinition[];
}

/** `enabled`, `interval`, and the check's own settings beside them. */
export interface CheckConfig {
  readonly enabled: boolean;
  readonly interval: Duration;
  readonly [setting: string]: boolean | number | readonly string[];
}

/** The rest is of drain alone. */
export interface RemedyConfig extends Partial<DrainSettings> {
  readonly enabled: boolean;
  readonly disruption: Disruption;
  readonly cooldown: Duration;
  readonly attempts: number;
  readonly per: Duration;
  /** Of reclaim-disk. */
  readonly steps?: ReclaimSettings;
  /** Of reboot. */
  readonly inhibitors?: RebootSettings['inhibitors'];
  readonly within?: Duration;
  readonly validation?: RebootSettings['validation'];
  /** Of set-eviction-hard: thresholds by signal. */
  readonly floors?: Readonly<Record<string, string>>;
}

function settingKey(setting: Setting) {
  switch (setting.type) {
    case 'duration':
      return key(duration(), formatGoDuration(setting.default), setting.why);
    case 'ratio':
      return key(ratio(), formatRatio(setting.default), setting.why);
    case 'count':
      return key(count(), setting.default, setting.why);
    case 'strings':
      return key(words(), [...setting.default], setting.why);
  }
}

/** Not shorter than a second: a check that runs all the time is load on a node that may be in trouble. */
function checkSection(check: Check) {
  // Those of a remedy are written there.
  const own = check.ofRemedy === undefined ? Object.entries(check.settings) : [];
  const settings = own.map(([name, setting]) => [name, settingKey(setting)] as const);
  const fields = {
    enabled: key(flag(), true, 'false: the check neither runs nor reports'),
    interval: key(duration(seconds(1)), formatGoDuration(check.interval), 'how often the agent runs it'),
    ...Object.fromEntries(settings),
  };
  return key(section(fields), {}, check.title);
}

function remedySection(remedy: Remedy) {
  const fields = {
    enabled: key(flag(), remedy.enabledByDefault, `disruption: ${remedy.disruption}`),
    disruption: key(
      oneOf('none', 'local', 'workload', 'node'),
      remedy.disruption,
      'the most it may disrupt here: a runtime restart whose containers would not survive is `workload`',
    ),
    cooldown: key(duration(), '5m', 'rest after an attempt, so that its effect can show'),
    attempts: key(count(1), 3, 'attempts per fault within `per`; what three did not cure a fourth will not'),
    per: key(duration(seconds(1)), '1h', 'the time in which attempts are counted'),
    ...remedyOptions[remedy.id],
  };
  return key(section(fields), {}, remedy.title);
}

function sections<Item extends { readonly id: string }, Value>(items: readonly Item[], make: (item: Item) => z.core.$ZodType) {
  const shape = Object.fromEntries(items.map((item) => [item.id, make(item)]));
  return section(shape) as unknown as z.ZodMiniType<Readonly<Record<string, Value>>, Readonly<Record<string, unknown>>>;
}

/** A type nobody knows is a log monitor's own, unless it is a known one with a slip of the pen. */
export function laddersSection({ problems, remedies }: Catalogue) {
  const known = problems.flatMap(({ type, reasons }) => [type, ...Object.keys(reasons).map((reason) => `${type}/${reason}`)]);
  const remedyId = oneOf(...remedies.map(({ id }) => id));
  const rungs = z.array(remedyId, { error: 'a list of remedies' });
  return z.record(z.string(), rungs, { error: 'a mapping of Type or Type/Reason to a list of remedies' }).check((context) => {
    for (const name of Object.keys(context.value)) {
      const meant = known.includes(name) ? undefined : nearest(name, known);
      const wellFormed = /^[A-Z]\w*(\/[A-Z]\w*)?$/.test(name);
      if (wellFormed && meant === undefined) continue;
      const message = meant ?? 'Type or Type/Reason';
      context.issues.push({ code: 'custom', input: name, path: [name], message, params: { part: 'key' } });
    }
  });
}

export const checksSection = ({ checks }: Pick<Catalogue, 'checks'>) => sections<Check, CheckConfig>(checks, checkSection);

export const remediesSection = ({ remedies }: Pick<Catalogue, 'remedies'>) =>
  sections<Remedy, RemedyConfig>(remedies, remedySection);
