import type { Finding } from './finding.ts';
import type { ProblemDefinition } from './problem.ts';
import type { Settings, SettingValues } from './setting.ts';
import type { OptionalSource, Source, SourceFailure } from './source.ts';
import type { Duration, Instant } from './units.ts';

export type Sources = Readonly<Record<string, Source<unknown> | OptionalSource<unknown>>>;

export type Facts<S extends Sources> = {
  readonly [K in keyof S]: S[K] extends OptionalSource<infer Fact>
    ? Fact | SourceFailure
    : S[K] extends Source<infer Fact>
      ? Fact
      : never;
};

export interface CheckContext<S extends Settings> {
  /** When the facts were read. */
  readonly now: Instant;
  readonly settings: SettingValues<S>;
}

/** Judges facts. Pure: the same facts give the same findings. */
export interface Check<S extends Sources = Sources, T extends Settings = Settings> {
  /** Equals the file name; `checks.<id>` in the configuration and `--only <id>`. */
  readonly id: string;
  /** What is true when all is well. */
  readonly title: string;
  /** How often the agent runs it. */
  readonly interval: Duration;
  /** How soon the agent looks again after trouble, where somebody else pays for it; absent: at once. */
  readonly lookAgain?: Duration;
  /** Everything it looks at. */
  readonly sources: S;
  /** Everything it can find. */
  readonly problems: readonly ProblemDefinition[];
  readonly settings: T;
  /** Its settings are this remedy's, and written in the configuration there. */
  readonly ofRemedy?: string;
  /** With these settings there is nothing to look at: it does not run. */
  readonly isOff?: (settings: Readonly<Record<string, unknown>>) => boolean;
  /** One finding per subject, always at least one, the passing ones too. */
  evaluate(facts: Facts<S>, context: CheckContext<T>): readonly Finding[];
}

export function defineCheck<const S extends Sources, const T extends Settings>(check: Check<S, T>): Check<S, T> {
  return check;
}
