import type { Evidence } from '../../model/finding.ts';
import type { Reply } from '../../sources/runtime/daemon-probe.ts';
import type { Progress } from '../../sources/runtime/daemon-progress.ts';
import type { RuntimeName, RuntimeService } from '../../sources/runtime/runtime-endpoint.ts';
import type { RuntimeUnit } from '../../sources/runtime/runtime-units.ts';
import { describeProgress } from './silence.ts';

/** Everything known about one runtime daemon in one look. */
export interface Daemon {
  readonly service: RuntimeService;
  /** The answer to its cheapest call. */
  readonly cheap: Reply;
  /** The answer to the full list of containers; absent where nobody lists. */
  readonly list?: Reply;
  /** Number of containers in that list. */
  readonly containers?: number;
  /** `containerd 1.6.20`. */
  readonly version?: string;
  readonly unit?: RuntimeUnit;
  /** What the runtime itself says: RuntimeReady=false and why. */
  readonly notReady?: string;
}

export interface Reasons {
  readonly hung: 'DockerHung' | 'CriDockerdHung' | 'ContainerdHung' | 'CrioHung';
  readonly down: 'DockerDown' | 'CriDockerdDown' | 'ContainerdDown' | 'CrioDown';
  /** Absent: the catalogue has no such reason, and slowness of this daemon alone is no problem of its own. */
  readonly slow?: 'DockerSlow' | 'ContainerdSlow';
}

export const REASONS: Readonly<Record<RuntimeName, Reasons>> = {
  docker: { hung: 'DockerHung', slow: 'DockerSlow', down: 'DockerDown' },
  'cri-dockerd': { hung: 'CriDockerdHung', down: 'CriDockerdDown' },
  containerd: { hung: 'ContainerdHung', slow: 'ContainerdSlow', down: 'ContainerdDown' },
  'cri-o': { hung: 'CrioHung', down: 'CrioDown' },
};

/** What a problem of this daemon is about: its unit, or `containerd (k3s)` where it has none of its own. */
export function subjectOf({ service, unit }: Pick<Daemon, 'service' | 'unit'>): string {
  return unit?.id ?? service.units[0] ?? `${service.name} (${service.inside ?? service.socketPath})`;
}

function describeUnit(unit: RuntimeUnit): string {
  const { activeState, subState, result, mainPid = 0, restarts, killMode } = unit;
  const counted = restarts === undefined ? '' : ` NRestarts=${restarts}`;
  return `ActiveState=${activeState} SubState=${subState} Result=${result} MainPID=${mainPid}${counted} KillMode=${killMode}`;
}

/** What it did while it owed an answer, where it owed one. */
export function progressOf({ cheap, list }: Daemon): Progress | undefined {
  return [cheap, list].map((reply) => (reply?.kind === 'silent' ? reply.progress : undefined)).find((one) => one !== undefined);
}

export function evidenceOf(daemon: Daemon): Evidence[] {
  const { unit } = daemon;
  const progress = progressOf(daemon);
  return [
    ...(unit === undefined ? [] : [{ from: `systemctl show ${unit.id}`, excerpt: describeUnit(unit) }]),
    ...(progress === undefined ? [] : [{ from: `/proc/${progress.pid}/task`, excerpt: describeProgress(progress) }]),
  ];
}
