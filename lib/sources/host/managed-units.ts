import type { HostView } from '../../host/host.ts';
import type { UnitLife } from '../../model/guard.ts';
import { parseProcessState } from '../../model/proc-stat.ts';
import { defineSource } from '../../model/source.ts';
import { type Duration, seconds } from '../../model/units.ts';
import { kubeletProcess } from '../kubelet/kubelet-process.ts';
import { RUNTIME_UNITS, type RuntimeUnit, toRuntimeUnit, UNIT_PROPERTIES } from '../runtime/runtime-units.ts';
import { type ProcessAge, readProcessAge } from './process-age.ts';
import { readUnitProperties, toUnitState, type UnitProperties, unitNumber, unitSpan } from './unit-properties.ts';

/** A unit that a remedy may touch: what a plan and its guards need of it. */
export interface ManagedUnit extends RuntimeUnit, UnitLife {
  /** Its main process; absent: it has none. */
  readonly main?: ProcessAge & { readonly pid: number };
  /** What it is made of: its own file, drop-ins, environment files. */
  readonly files: readonly string[];
}

export type ManagedUnits =
  | {
      readonly kind: 'units';
      readonly units: Readonly<Record<string, ManagedUnit>>;
      /** The kubelet's, if it has one. */
      readonly kubelet?: string;
    }
  | { readonly kind: 'unknown'; readonly why: string };

const PROPERTIES = [
  ...UNIT_PROPERTIES,
  'InvocationID',
  'ActiveEnterTimestampMonotonic',
  'InactiveExitTimestampMonotonic',
  'WatchdogUSec',
  'FragmentPath',
  'DropInPaths',
  'EnvironmentFiles',
];

/** Written anew at every daemon-reload, whatever changed. */
const isGenerated = (path: string) => path.startsWith('/run/systemd/generator') || path.startsWith('/run/systemd/transient');

export function filesOf(properties: UnitProperties): readonly string[] {
  const { FragmentPath = '', DropInPaths = '', EnvironmentFiles = '' } = properties;
  const environment = EnvironmentFiles.split('\n').map((line) => line.replace(/ \(ignore_errors=(yes|no)\)$/, ''));
  const all = [FragmentPath, ...DropInPaths.split(' '), ...environment];
  return all.filter((path) => path.startsWith('/') && !isGenerated(path));
}

/** Time since a stamp of CLOCK_MONOTONIC in microseconds; 0 is never. */
function since(properties: UnitProperties, name: string, up: Duration | undefined): Duration | undefined {
  const stamp = unitNumber(properties, name);
  return stamp === undefined || stamp === 0 || up === undefined ? undefined : Math.max(0, up - stamp / 1000);
}

export function toUnitLife(properties: UnitProperties, up: Duration | undefined): Omit<UnitLife, 'mainState'> {
  const startedAgo = since(properties, 'InactiveExitTimestampMonotonic', up);
  const activeAgo = since(properties, 'ActiveEnterTimestampMonotonic', up);
  const watchdog = unitSpan(properties.WatchdogUSec);
  const invocation = properties.InvocationID;
  return {
    ...toUnitState(properties),
    ...(startedAgo === undefined ? {} : { startedAgo }),
    ...(activeAgo === undefined ? {} : { activeAgo }),
    ...(invocation === undefined || invocation === '' ? {} : { invocation }),
    ...(watchdog === undefined || watchdog === 0 ? {} : { watchdog }),
  };
}

async function toManaged(host: HostView, properties: UnitProperties, up: Duration | undefined): Promise<ManagedUnit> {
  const runtime = toRuntimeUnit(properties);
  const pid = runtime.mainPid;
  const [age, stat] = pid === undefined ? [] : await Promise.all([readProcessAge(host, pid), host.readFile(`/proc/${pid}/stat`)]);
  const mainState = stat?.kind === 'text' ? parseProcessState(stat.text) : undefined;
  return {
    ...runtime,
    ...toUnitLife(properties, up),
    files: filesOf(properties),
    ...(pid === undefined || age === undefined ? {} : { main: { pid, ...age } }),
    ...(mainState === undefined ? {} : { mainState }),
  };
}

/** The kubelet's unit and the runtimes', in one question to systemd: read afresh right before something is done to one. */
export const managedUnits = defineSource<ManagedUnits>({
  id: 'managed-units',
  deadline: seconds(7),
  async read(host, { use }) {
    const kubelet = await use(kubeletProcess).catch(() => undefined);
    const isOwn = kubelet?.kind === 'absent' || (kubelet?.kind === 'running' && kubelet.layout !== 'container');
    const unit = isOwn ? kubelet.unit : undefined;
    const names = [...new Set([...(unit === undefined ? [] : [unit]), ...RUNTIME_UNITS])];
    const [answer, uptime] = await Promise.all([readUnitProperties(host, names, PROPERTIES), host.readFile('/proc/uptime')]);
    if (answer.kind !== 'units') return { kind: 'unknown', why: answer.why };
    const up = uptime.kind === 'text' ? Number.parseFloat(uptime.text) * 1000 : undefined;
    const units = await Promise.all(answer.units.map((properties) => toManaged(host, properties, up)));
    return {
      kind: 'units',
      units: Object.fromEntries(units.map((one) => [one.id, one])),
      ...(unit === undefined ? {} : { kubelet: unit }),
    };
  },
});
