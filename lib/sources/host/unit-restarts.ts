import { defineSource } from '../../model/source.ts';
import { type Instant, seconds } from '../../model/units.ts';

/** A daemon whose restarts are counted. */
export type RestartedDaemon = 'kubelet' | 'docker' | 'containerd';

export interface UnitRestarts {
  readonly daemon: RestartedDaemon;
  readonly unit: string;
  /** When systemd was seen to have restarted it by itself, the oldest first. A restart by a person is none. */
  readonly at: readonly Instant[];
}

export type RestartHistory =
  | { readonly kind: 'agent'; readonly units: readonly UnitRestarts[] }
  | { readonly kind: 'no-agent'; readonly why: string };

/** Answered by the daemon, which sees systemd's own counter (NRestarts) whenever another check has asked for it: who looks once sees no pace. */
export const unitRestarts = defineSource<RestartHistory>({
  id: 'unit-restarts',
  deadline: seconds(1),
  read: async () => ({ kind: 'no-agent', why: 'only a running agent sees restarts: nodemend status' }),
});
