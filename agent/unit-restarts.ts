import type { Clock } from '../lib/host/host.ts';
import { type Duration, type Instant, minutes } from '../lib/model/units.ts';
import type { RestartedDaemon, RestartHistory, UnitRestarts } from '../lib/sources/host/unit-restarts.ts';
import { type KubeletUnit, kubeletUnit } from '../lib/sources/kubelet/kubelet-unit.ts';
import { type RuntimeUnits, runtimeUnits } from '../lib/sources/runtime/runtime-units.ts';
import type { Gatherer } from './gather.ts';

/** The pace at which systemd restarts daemons, from what other checks have asked it anyway. */
export interface RestartRecord {
  /** Looks at what was last read; true when a restart or another unit was seen. Costs no question. */
  look(): boolean;
  history(): RestartHistory;
}

export interface RestartRecordParts {
  readonly clock: Clock;
  readonly gathered: Pick<Gatherer, 'last'>;
  /** Since the boot of the node. */
  readonly uptime: () => Duration;
}

/** A node that boots restarts what does not find what it needs yet: as node-problem-detector's --delay=5m. */
const BOOT: Duration = minutes(5);
/** More is the same problem. */
const MOST = 100;

const RUNTIMES: readonly (readonly [string, RestartedDaemon])[] = [
  ['docker.service', 'docker'],
  ['containerd.service', 'containerd'],
];

interface Counter {
  readonly daemon: RestartedDaemon;
  readonly unit: string;
  readonly restarts: number;
  /** When its main process was started, where that is known. */
  readonly startedAt?: Instant | undefined;
}

export function openRestartRecord({ clock, gathered, uptime }: RestartRecordParts): RestartRecord {
  const begun = clock.now();
  let lookedAt: { readonly kubelet?: KubeletUnit | undefined; readonly runtimes?: RuntimeUnits | undefined } = {};
  const seen = new Map<string, { readonly restarts: number; readonly known: UnitRestarts }>();

  function counters(kubelet: KubeletUnit | undefined, runtimes: RuntimeUnits | undefined): readonly Counter[] {
    const units = runtimes?.kind === 'units' ? runtimes.units : {};
    const daemons = RUNTIMES.flatMap(([unit, daemon]): Counter[] => {
      const restarts = units[unit]?.restarts;
      return restarts === undefined ? [] : [{ daemon, unit, restarts }];
    });
    if (kubelet?.kind !== 'unit' || kubelet.restarts === undefined) return daemons;
    const { unit, restarts, mainStartedAt: startedAt } = kubelet;
    return [{ daemon: 'kubelet', unit, restarts, startedAt }, ...daemons];
  }

  /** A start by a person begins the counter anew. What was counted before anybody looked is of the past, but for the last start. */
  function added({ unit, restarts, startedAt = 0 }: Counter): number {
    const before = seen.get(unit)?.restarts;
    if (before === undefined) return restarts > 0 && startedAt > begun ? 1 : 0;
    return restarts < before ? restarts : restarts - before;
  }

  function note(counter: Counter): boolean {
    const { daemon, unit, restarts } = counter;
    const more = uptime() < BOOT ? 0 : added(counter);
    const before = seen.get(unit)?.known;
    const at = before?.at ?? [];
    const next = [...at, ...Array.from({ length: Math.min(more, MOST) }, () => clock.now())].slice(-MOST);
    seen.set(unit, { restarts, known: { daemon, unit, at: next } });
    return more > 0 || before === undefined;
  }

  return {
    look() {
      const kubelet = gathered.last?.(kubeletUnit)?.fact;
      const runtimes = gathered.last?.(runtimeUnits)?.fact;
      // Most looks are between two readings, and one reading counts once.
      if (kubelet === lookedAt.kubelet && runtimes === lookedAt.runtimes) return false;
      lookedAt = { kubelet, runtimes };
      return counters(kubelet, runtimes).map(note).includes(true);
    },
    history: () => ({ kind: 'agent', units: [...seen.values()].map(({ known }) => known) }),
  };
}
