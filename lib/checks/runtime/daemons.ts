import type { CriContainers } from '../../sources/runtime/cri-containers.ts';
import type { CriStatus } from '../../sources/runtime/cri-status.ts';
import type { CriVersion } from '../../sources/runtime/cri-version.ts';
import type { Reply } from '../../sources/runtime/daemon-probe.ts';
import type { DockerContainers } from '../../sources/runtime/docker-containers.ts';
import type { DockerPing } from '../../sources/runtime/docker-ping.ts';
import type { RuntimeService } from '../../sources/runtime/runtime-endpoint.ts';
import { type RuntimeUnits, unitOf } from '../../sources/runtime/runtime-units.ts';
import type { Daemon } from './daemon.ts';

/** Undefined: that source could not be read. */
export interface DaemonSources {
  readonly services: readonly RuntimeService[];
  readonly ping: DockerPing | undefined;
  readonly list: DockerContainers | undefined;
  readonly versions: readonly CriVersion[];
  readonly status: CriStatus | undefined;
  readonly criList: CriContainers | undefined;
  readonly units: RuntimeUnits;
}

type Known = Omit<Daemon, 'service' | 'unit'>;
const NOT_READ: Reply = { kind: 'failed', what: 'was not asked in time' };

function toDocker({ ping, list }: DaemonSources): Known | undefined {
  if (ping === undefined) return { cheap: NOT_READ };
  if (ping.kind === 'not-asked') return undefined;
  return { cheap: ping.reply, ...(list?.kind === 'asked' ? { list: list.reply, containers: list.containers.length } : {}) };
}

/** Without a kubelet nobody says that this containerd is meant to speak CRI. */
function listOf({ criList }: DaemonSources, service: RuntimeService): Partial<Known> {
  if (criList?.kind !== 'asked' || criList.service.socketPath !== service.socketPath) return {};
  if (service.role === 'found' && criList.reply.kind === 'refusing') return {};
  return { list: criList.reply, containers: criList.containers.length };
}

function notReadyOf({ status }: DaemonSources, service: RuntimeService): Partial<Known> {
  if (status?.kind !== 'known' || status.service.socketPath !== service.socketPath) return {};
  const ready = status.conditions.find(({ type }) => type === 'RuntimeReady');
  return ready === undefined || ready.status ? {} : { notReady: `${ready.reason} ${ready.message}`.trim() };
}

function toCri(sources: DaemonSources, service: RuntimeService): Known | undefined {
  const version = sources.versions.find((one) => one.service.socketPath === service.socketPath);
  if (version === undefined) return service.role === 'unused' ? undefined : { cheap: NOT_READ };
  const name = version.runtime === undefined ? {} : { version: version.runtime };
  return { cheap: version.reply, ...name, ...listOf(sources, service), ...notReadyOf(sources, service) };
}

/** A containerd nobody saw is only missed where its unit says it should run. */
function isImagined({ service, cheap, unit }: Daemon): boolean {
  if (service.assumed !== true || cheap.kind !== 'down') return false;
  return unit === undefined || unit.activeState === 'active' || unit.unitFileState !== 'enabled';
}

/** Pure: what each source said, put together by daemon. */
export function toDaemons(sources: DaemonSources): readonly Daemon[] {
  return sources.services.flatMap((service) => {
    const known = service.name === 'docker' ? toDocker(sources) : toCri(sources, service);
    if (known === undefined) return [];
    const unit = unitOf(sources.units, service.units);
    const daemon = { service, ...known, ...(unit === undefined ? {} : { unit }) };
    return isImagined(daemon) ? [] : [daemon];
  });
}
