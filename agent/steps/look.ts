import type { HostView } from '../../lib/host/host.ts';
import { readUnitProperties, unitNumber } from '../../lib/sources/host/unit-properties.ts';

/** A unit as it is right now. */
export interface UnitNow {
  readonly id: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  /** 0: it has none. */
  readonly mainPid: number;
  /** systemd has something to do with it still. */
  readonly hasJob: boolean;
}

const PROPERTIES = ['Id', 'LoadState', 'ActiveState', 'SubState', 'Result', 'MainPID', 'Job'];

/** Undefined: systemd did not answer. */
export async function lookAt(host: HostView, units: readonly string[]): Promise<readonly UnitNow[] | undefined> {
  if (units.length === 0) return [];
  const answer = await readUnitProperties(host, units, PROPERTIES);
  if (answer.kind !== 'units') return undefined;
  return answer.units.map((properties) => ({
    id: properties.Id ?? '',
    loadState: properties.LoadState ?? '',
    activeState: properties.ActiveState ?? '',
    subState: properties.SubState ?? '',
    result: properties.Result ?? '',
    mainPid: unitNumber(properties, 'MainPID') ?? 0,
    hasJob: (unitNumber(properties, 'Job') ?? 0) !== 0,
  }));
}

export async function lookAtOne(host: HostView, unit: string): Promise<UnitNow | undefined> {
  return (await lookAt(host, [unit]))?.[0];
}

export const describe = ({ id, activeState, subState, result }: UnitNow): string =>
  `${id} is ${activeState} (${result === 'success' || result === '' ? subState : `${subState}, ${result}`})`;

/** systemd is at work on it: hands off. */
export const isMoving = ({ activeState, hasJob }: UnitNow): boolean =>
  hasJob || activeState === 'activating' || activeState === 'deactivating' || activeState === 'reloading';
