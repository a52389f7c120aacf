import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import type { UnitState } from '../../model/unit-state.ts';
import { type Duration, minutes, seconds } from '../../model/units.ts';
import { type MainRun, readRuns } from '../host/main-runs.ts';
import { readUnitProperties, STATE_PROPERTIES, toUnitState, type UnitProperties, unitNumber } from '../host/unit-properties.ts';

/** A unit of a container runtime, as systemd knows it. */
export interface RuntimeUnit extends UnitState {
  readonly mainPid?: number;
  readonly restarts?: number;
  /** `control-group`, `process`, `mixed`, `none`. */
  readonly killMode: string;
  /** Its files changed since systemd read them: a restart applies something untried. */
  readonly needDaemonReload: boolean;
  /** `/system.slice/docker.service`. */
  readonly controlGroup: string;
  /** Units it stops with. */
  readonly bindsTo: readonly string[];
  readonly requires: readonly string[];
  readonly partOf: readonly string[];
  /** Units that stop with it (BoundBy, RequiredBy, ConsistsOf). */
  readonly takesAlong: readonly string[];
}

export type RuntimeUnits =
  | { readonly kind: 'units'; readonly units: Readonly<Record<string, RuntimeUnit>> }
  /** `why`: sentence fragment. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Every name that a container runtime's unit has on some distribution. */
export const RUNTIME_UNITS = [
  'docker.service',
  'docker.socket',
  'containerd.service',
  'cri-docker.service',
  'cri-dockerd.service',
  'cri-docker.socket',
  'crio.service',
];

export const UNIT_PROPERTIES = [
  ...STATE_PROPERTIES,
  'MainPID',
  'NRestarts',
  'KillMode',
  'NeedDaemonReload',
  'ControlGroup',
  'BindsTo',
  'Requires',
  'PartOf',
  'BoundBy',
  'RequiredBy',
  'ConsistsOf',
];

const words = (text = '') => text.split(' ').filter((word) => word !== '');

export function toRuntimeUnit(properties: UnitProperties): RuntimeUnit {
  const mainPid = unitNumber(properties, 'MainPID');
  const restarts = unitNumber(properties, 'NRestarts');
  return {
    ...toUnitState(properties),
    ...(mainPid === undefined || mainPid === 0 ? {} : { mainPid }),
    ...(restarts === undefined ? {} : { restarts }),
    killMode: properties.KillMode ?? '',
    needDaemonReload: properties.NeedDaemonReload === 'yes',
    controlGroup: properties.ControlGroup ?? '',
    bindsTo: words(properties.BindsTo),
    requires: words(properties.Requires),
    partOf: words(properties.PartOf),
    takesAlong: [...new Set([...words(properties.BoundBy), ...words(properties.RequiredBy), ...words(properties.ConsistsOf)])],
  };
}

/** How long systemd's word holds while the main processes go on: a systemctl costs as much as ten looks at a healthy runtime. */
const WORD_HOLDS = minutes(15);
/** Where a unit has no main process by which its next start would be seen. */
const UNSURE_WORD_HOLDS = minutes(5);

const isSteady = ({ id, loadState, activeState, mainPid }: RuntimeUnit): boolean =>
  loadState === 'not-found' || id.endsWith('.socket') || (activeState === 'active' && mainPid !== undefined);

interface Proof {
  readonly until: Duration;
  readonly runs: readonly MainRun[];
}
const proofs = new WeakMap<RuntimeUnits, Proof>();

async function prove(host: HostView, units: RuntimeUnits): Promise<void> {
  const all = units.kind === 'units' ? Object.values(units.units) : [];
  const runs = await readRuns(
    host,
    all.flatMap(({ mainPid }) => mainPid ?? []),
  );
  const holds = all.every(isSteady) ? WORD_HOLDS : UNSURE_WORD_HOLDS;
  if (runs !== undefined) proofs.set(units, { until: host.clock.monotonic() + holds, runs });
}

async function isTheSame(host: HostView, units: RuntimeUnits): Promise<boolean> {
  const proof = proofs.get(units);
  if (proof === undefined || host.clock.monotonic() >= proof.until) return false;
  const runs = await readRuns(
    host,
    proof.runs.map(({ pid }) => pid),
  );
  return runs?.every(({ startTicks }, index) => startTicks === proof.runs[index]?.startTicks) === true;
}

/** The units that container runtimes have on every distribution; a unit that is not installed is there as `not-found`. */
export const runtimeUnits = defineSource<RuntimeUnits>({
  id: 'runtime-units',
  deadline: seconds(3),
  keep: seconds(30),
  worthKeeping: ({ kind }) => kind === 'units',
  async read(host, { before, thorough }) {
    const last = before as RuntimeUnits | undefined;
    if (last !== undefined && (await isTheSame(host, last))) return last;
    const asked = await askSystemd(host);
    // Only idle rounds go on with it: who looks once has no use for the proof.
    if (!thorough) await prove(host, asked);
    return asked;
  },
});

async function askSystemd(host: HostView): Promise<RuntimeUnits> {
  const answer = await readUnitProperties(host, RUNTIME_UNITS, UNIT_PROPERTIES);
  if (answer.kind !== 'units') return { kind: 'unknown', why: answer.why };
  const units = answer.units.map(toRuntimeUnit);
  // Whatever stops with one of them: it may carry containers of its own.
  const others = [...new Set(units.flatMap(({ takesAlong }) => takesAlong))].filter((id) => !RUNTIME_UNITS.includes(id));
  const more = others.length === 0 ? undefined : await readUnitProperties(host, others.slice(0, 32), UNIT_PROPERTIES);
  if (more?.kind === 'units') units.push(...more.units.map(toRuntimeUnit));
  return { kind: 'units', units: Object.fromEntries(units.map((unit) => [unit.id, unit])) };
}

/** The unit of a service that is installed here. */
export function unitOf(units: RuntimeUnits, names: readonly string[]): RuntimeUnit | undefined {
  if (units.kind !== 'units') return undefined;
  const installed = names.flatMap((name) => units.units[name] ?? []).filter(({ loadState }) => loadState !== 'not-found');
  return installed.find(({ activeState }) => activeState === 'active') ?? installed[0];
}
