import type { AgentConfig } from '../../lib/config/schema.ts';
import { lowerThreshold } from '../../lib/disk/lower-threshold.ts';
import type { Fault } from '../../lib/model/finding.ts';
import type { PlanContext } from '../../lib/model/remedy.ts';
import type { FactOf } from '../../lib/model/source.ts';
import { evictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import { parseThreshold, thresholdValue } from '../../lib/sources/eviction/eviction-thresholds.ts';
import { marginsOf } from './reclaim-targets.ts';

/** What set-eviction-hard would make of the threshold that this fault is about. */
export async function thresholdTarget(
  { subject = '' }: Pick<Fault, 'subject'>,
  config: AgentConfig,
  factOf: FactOf,
): Promise<Pick<PlanContext, 'threshold'>> {
  const eviction = await factOf(evictionSignals);
  const signal = eviction?.signals.find((one) => one.signal === subject);
  if (signal === undefined) return {};
  const no = (why: string) => ({ threshold: { kind: 'no', signal: subject, why } as const });
  const text = config.remedies['set-eviction-hard']?.floors?.[subject];
  if (text === undefined || text === '') return no(`it has no floor (remedies.set-eviction-hard.floors)`);
  if (eviction?.uncertain !== undefined) return no(`which thresholds are in force is not certain: ${eviction.uncertain}`);
  const value = thresholdValue(parseThreshold(text), signal.capacity);
  if (value === null) return no(`its floor ${text} is no threshold here`);
  return { threshold: { signal: subject, ...lowerThreshold(signal, { text, value }, marginsOf(config)) } };
}
