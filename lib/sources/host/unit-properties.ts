import type { HostView, RunResult } from '../../host/host.ts';
import { formatDuration } from '../../model/quantity.ts';
import type { UnitState } from '../../model/unit-state.ts';
import { KiB, seconds } from '../../model/units.ts';

/** What `systemctl show` says of one unit, as text; a property this systemd does not know is absent. */
export type UnitProperties = Readonly<Record<string, string>>;

export type UnitAnswer =
  | { readonly kind: 'units'; readonly units: readonly UnitProperties[] }
  /** `why`: sentence fragment. `absent`: this host has no systemctl, or another init; `silent`: it did not answer. */
  | { readonly kind: 'absent' | 'silent'; readonly why: string };

/** Blocks of `Name=value`, one per unit, separated by an empty line; a value may hold `=`, a repeated name appends. */
export function parseUnitProperties(text: string): UnitProperties[] {
  return text
    .split(/\n{2,}/)
    .map(parseBlock)
    .filter((properties) => Object.keys(properties).length > 0);
}

function parseBlock(block: string): UnitProperties {
  const properties: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([A-Z][A-Za-z0-9]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    properties[name] = properties[name] === undefined ? value : `${properties[name]}\n${value}`;
  }
  return properties;
}

/** What `toUnitState` is made of. */
export const STATE_PROPERTIES = ['Id', 'LoadState', 'ActiveState', 'SubState', 'Result', 'UnitFileState'] as const;

export const toUnitState = (properties: UnitProperties): UnitState => ({
  id: properties.Id ?? '',
  loadState: properties.LoadState ?? '',
  activeState: properties.ActiveState ?? '',
  subState: properties.SubState ?? '',
  result: properties.Result ?? '',
  unitFileState: properties.UnitFileState ?? '',
});

/** Decimal property; absent, `[not set]` and `infinity` give undefined. */
export function unitNumber(properties: UnitProperties, name: string): number | undefined {
  const text = properties[name] ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Milliseconds of a time span as systemd prints it: `1min 30s`, `2h`, `500ms`; `infinity` and nothing give undefined. */
export function unitSpan(text: string | undefined): number | undefined {
  const scale: Readonly<Record<string, number>> = {
    us: 0.001,
    ms: 1,
    s: 1000,
    min: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
    month: 2_629_800_000,
    y: 31_557_600_000,
  };
  if (text === undefined || !/^(\d+(\.\d+)?(us|ms|s|min|h|d|w|month|y)( |$))+$/.test(text)) return text === '0' ? 0 : undefined;
  let total = 0;
  for (const [, number, name = ''] of text.matchAll(/([\d.]+)([a-z]+)/g)) total += Number(number) * (scale[name] ?? 0);
  return total;
}

function explain(result: Exclude<RunResult, { kind: 'exited' }>): UnitAnswer {
  if (result.kind === 'not-found') return { kind: 'absent', why: 'no systemctl on this host' };
  if (result.kind === 'timed-out')
    return { kind: 'silent', why: `systemctl gave no answer within ${formatDuration(result.after)}` };
  return { kind: 'silent', why: `systemctl: ${result.kind === 'failed' ? result.code : result.signal}` };
}

/** As root systemctl talks to PID 1 itself, so a dead D-Bus daemon does not matter; a frozen PID 1 ends at the deadline. */
export async function readUnitProperties(
  host: HostView,
  units: readonly string[],
  properties: readonly string[],
): Promise<UnitAnswer> {
  const argv = ['systemctl', 'show', '--no-pager', `--property=${properties.join(',')}`, '--', ...units] as const;
  const result = await host.run(argv, { deadline: seconds(2), maxBytes: 256 * KiB });
  if (result.kind !== 'exited') return explain(result);
  // Without systemd as PID 1: "System has not been booted with systemd as init system (PID 1). Can't operate."
  if (result.stderr.includes('not been booted with systemd')) return { kind: 'absent', why: 'this host does not run systemd' };
  if (result.code !== 0)
    return { kind: 'silent', why: `systemctl show: ${result.stderr.trim().split('\n')[0] ?? ''}`.slice(0, 200) };
  return { kind: 'units', units: parseUnitProperties(result.stdout) };
}
