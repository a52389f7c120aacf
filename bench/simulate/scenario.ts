import type { Duration } from '../../lib/model/units.ts';
import type { Outage } from './api-server.ts';
import type { Mark } from './charts.ts';
import type { Context } from './context.ts';
import type { Random } from './random.ts';

export interface ScriptLine {
  readonly at: Duration;
  run(): void;
}

/** What happens to the fleet. Everything random comes from the run's own seed. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What a reader of the report should see in the charts. */
  readonly expectation: string;
  /** When it happens, for the charts. */
  marks?(hours: number): readonly Mark[];
  isOld?(index: number): boolean;
  skew?(random: Random): Duration;
  outages?(hours: number, random: Random): readonly Outage[];
  script(context: Context, end: Duration): readonly ScriptLine[];
}
