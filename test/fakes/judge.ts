import { runRound } from '../../agent/round.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { Check } from '../../lib/model/check.ts';
import type { Fault, Finding } from '../../lib/model/finding.ts';

/** The findings of one check on a node in memory: its sources are read for real. */
export async function judge(
  check: Check,
  host: HostView,
  settings: Readonly<Record<string, number | readonly string[]>> = {},
): Promise<readonly Finding[]> {
  const defaults = Object.fromEntries(Object.entries(check.settings).map(([name, { default: value }]) => [name, value]));
  const { results } = await runRound(host, [{ check, settings: { ...defaults, ...settings } as never }]);
  return results[0]?.findings ?? [];
}

export const faultsOf = (findings: readonly Finding[]): Fault[] =>
  findings.filter((finding): finding is Fault => finding.verdict === 'warn' || finding.verdict === 'fail');

export const verdictsOf = (findings: readonly Finding[]): string[] => findings.map(({ verdict }) => verdict);
