/** A number, list or text an operator may change: `checks.<id>.<name>` in the configuration. Value types: milliseconds for durations, 0..1 for ratios. */
export type Setting =
  | { readonly type: 'duration'; readonly default: number; readonly why: string }
  | { readonly type: 'ratio'; readonly default: number; readonly why: string }
  | { readonly type: 'count'; readonly default: number; readonly why: string }
  | { readonly type: 'strings'; readonly default: readonly string[]; readonly why: string };

export type Settings = Readonly<Record<string, Setting>>;

type Value<T extends Setting> = T extends { readonly type: 'strings' } ? readonly string[] : number;

/** The values of a check's settings as `evaluate` sees them. */
export type SettingValues<S extends Settings> = { readonly [K in keyof S]: Value<S[K]> };

export const setting = {
  /** `value` in milliseconds; an operator writes "90s". */
  duration: (value: number, why: string) => ({ type: 'duration', default: value, why }) as const,
  /** `value` 0..1; an operator writes "10%" or 0.1. */
  ratio: (value: number, why: string) => ({ type: 'ratio', default: value, why }) as const,
  count: (value: number, why: string) => ({ type: 'count', default: value, why }) as const,
  strings: (value: readonly string[], why: string) => ({ type: 'strings', default: value, why }) as const,
};
