const RESTARTS = ['restart-kubelet', 'restart-runtime'];

/** Every guard, by its id in docs/guards.md: the remedies that it can hold before they begin; undefined: any of them. */
const HOLDS = {
  mode: undefined,
  paused: undefined,
  cooldown: undefined,
  // The problem is given up: no remedy is next that it could hold.
  attempts: [],
  window: undefined,
  starting: undefined,
  'never-healthy': RESTARTS,
  'pending-change': [...RESTARTS, 'set-eviction-hard'],
  'unit-unknown': [...RESTARTS, 'set-eviction-hard'],
  layout: RESTARTS,
  uninterruptible: RESTARTS,
  'api-server': ['restart-kubelet'],
  packages: undefined,
  'other-repairer': undefined,
  human: undefined,
  pressure: RESTARTS,
  'no-ledger': undefined,
  'wrong-node': undefined,
  'control-plane': undefined,
  'under-way': ['cordon', 'drain', 'uncordon', 'reboot', 'upgrade-systemd'],
  blocked: undefined,
  inhibited: ['reboot'],
  'fleet-budget': undefined,
  'fleet-breaker': undefined,
  'not-drained': ['reboot', 'upgrade-systemd'],
  // That a problem may still pass by itself is no guard.
  'not-persistent': [],
} as const satisfies Readonly<Record<string, readonly string[] | undefined>>;

export type GuardId = keyof typeof HOLDS;

export const GUARD_IDS = Object.keys(HOLDS) as readonly GuardId[];

/** Those that a remedy may meet. */
export function guardsMet(remedy: string): readonly GuardId[] {
  return GUARD_IDS.filter((id) => (HOLDS[id] as readonly string[] | undefined)?.includes(remedy) ?? true);
}
