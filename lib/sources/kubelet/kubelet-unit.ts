import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import type { UnitState } from '../../model/unit-state.ts';
import { type Duration, type Instant, seconds } from '../../model/units.ts';
import {
  readUnitProperties,
  STATE_PROPERTIES,
  toUnitState,
  type UnitProperties,
  unitNumber,
  unitSpan,
} from '../host/unit-properties.ts';
import { type KubeletProcess, kubeletProcess } from './kubelet-process.ts';

/** The unit that carries the kubelet, as systemd sees it. What this systemd does not say is absent. */
export interface KubeletUnitState extends Omit<UnitState, 'id'> {
  readonly kind: 'unit';
  readonly unit: string;
  readonly mainPid: number;
  /** Automatic restarts since a person or the boot started it (systemd 235). */
  readonly restarts?: number;
  /** When the main process of the last run started, and ended if it has. */
  readonly mainStartedAt?: Instant;
  readonly mainEndedAt?: Instant;
  /** When it last became active, since boot. */
  readonly activeSince?: Instant;
  /** When it entered its present state. */
  readonly changedAt?: Instant;
  /** How the main process last ended: 1 exited, 2 killed, 3 dumped (waitid(2)); 0 while the first one runs. */
  readonly mainCode?: number;
  /** Exit status, or the number of the signal. */
  readonly mainStatus?: number;
  /** Absent or 0: systemd restarts no hung kubelet. */
  readonly watchdog?: Duration;
  /** Time from one restart to the next. */
  readonly restartDelay?: Duration;
  readonly needDaemonReload: boolean;
  readonly fragmentPath: string;
  readonly dropInPaths: readonly string[];
}

export type KubeletUnit =
  | KubeletUnitState
  /** `none`: the kubelet has no unit, or the host no systemd. `unknown`: systemd was asked and did not say. */
  | { readonly kind: 'none' | 'unknown'; readonly why: string };

const PROPERTIES = [
  ...STATE_PROPERTIES,
  'MainPID',
  'NRestarts',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecMainStartTimestampMonotonic',
  'ExecMainExitTimestampMonotonic',
  'ActiveEnterTimestampMonotonic',
  'StateChangeTimestampMonotonic',
  'InactiveEnterTimestampMonotonic',
  'InactiveExitTimestampMonotonic',
  'WatchdogUSec',
  'RestartUSec',
  'NeedDaemonReload',
  'FragmentPath',
  'DropInPaths',
] as const;

/** Microseconds since boot → wall clock. systemd stamps CLOCK_MONOTONIC, which is /proc/uptime but for suspends; 0 is never. */
function stampsOf(properties: UnitProperties, bootedAt: Instant | undefined) {
  return (name: string): Instant | undefined => {
    const stamp = unitNumber(properties, `${name}TimestampMonotonic`);
    return stamp === undefined || stamp === 0 || bootedAt === undefined ? undefined : bootedAt + stamp / 1000;
  };
}

/** StateChangeTimestamp came with systemd 230; before it, the later of the two borders of activity. */
function changeOf(at: (name: string) => Instant | undefined): Instant | undefined {
  const borders = [at('InactiveEnter'), at('InactiveExit')].filter((stamp) => stamp !== undefined);
  return at('StateChange') ?? (borders.length === 0 ? undefined : Math.max(...borders));
}

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof Value]?: Exclude<Value[K], undefined>;
  };

function toKubeletUnit(properties: UnitProperties, bootedAt: Instant | undefined): KubeletUnitState {
  const at = stampsOf(properties, bootedAt);
  const { id, ...state } = toUnitState(properties);
  return {
    kind: 'unit',
    unit: id,
    ...state,
    mainPid: unitNumber(properties, 'MainPID') ?? 0,
    needDaemonReload: properties.NeedDaemonReload === 'yes',
    fragmentPath: properties.FragmentPath ?? '',
    dropInPaths: (properties.DropInPaths ?? '').split(' ').filter((path) => path !== ''),
    ...defined({
      restarts: unitNumber(properties, 'NRestarts'),
      mainStartedAt: at('ExecMainStart'),
      mainEndedAt: at('ExecMainExit'),
      activeSince: at('ActiveEnter'),
      changedAt: changeOf(at),
      mainCode: unitNumber(properties, 'ExecMainCode'),
      mainStatus: unitNumber(properties, 'ExecMainStatus'),
      watchdog: unitSpan(properties.WatchdogUSec),
      restartDelay: unitSpan(properties.RestartUSec),
    }),
  };
}

function unitOf(kubelet: KubeletProcess): string | undefined {
  return kubelet.kind === 'running' && kubelet.layout === 'container' ? undefined : kubelet.unit;
}

function whyNone(kubelet: KubeletProcess): string {
  if (kubelet.kind === 'absent') return kubelet.why;
  return kubelet.layout === 'container' ? 'the kubelet runs in a container' : 'the kubelet belongs to no systemd unit';
}

async function readKubeletUnit(host: HostView, kubelet: KubeletProcess): Promise<KubeletUnit> {
  const unit = unitOf(kubelet);
  if (unit === undefined) return { kind: 'none', why: whyNone(kubelet) };
  const [answer, uptime] = await Promise.all([readUnitProperties(host, [unit], PROPERTIES), host.readFile('/proc/uptime')]);
  if (answer.kind !== 'units') return { kind: answer.kind === 'absent' ? 'none' : 'unknown', why: answer.why };
  const [properties] = answer.units;
  if (properties === undefined) return { kind: 'unknown', why: `systemctl said nothing of ${unit}` };
  const bootedAt = uptime.kind === 'text' ? host.clock.now() - Number.parseFloat(uptime.text) * 1000 : undefined;
  return toKubeletUnit({ Id: unit, ...properties }, bootedAt);
}

export const kubeletUnit = defineSource<KubeletUnit>({
  id: 'kubelet-unit',
  deadline: seconds(7),
  keep: seconds(30),
  worthKeeping: ({ kind }) => kind === 'unit',
  read: async (host, { use }) => readKubeletUnit(host, await use(kubeletProcess)),
});
