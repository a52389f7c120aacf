/** What systemd says of one unit that a restart concerns. */
export interface RestartedUnit {
  readonly id: string;
  readonly activeState: string;
  readonly killMode: string;
  /** Units that stop with it (BoundBy, RequiredBy, ConsistsOf). */
  readonly takesAlong: readonly string[];
}

export interface RestartFacts {
  /** The unit to be restarted. */
  readonly unit: string;
  /** Every unit of a container runtime on this host by its id; undefined: systemd did not answer. */
  readonly units: Readonly<Record<string, RestartedUnit>> | undefined;
  /** Of the *running* docker daemon; undefined: not proved. */
  readonly liveRestore: boolean | undefined;
  /** What proves it where docker itself does not answer, or why nothing does. */
  readonly liveRestoreFrom?: string;
  readonly running: number | undefined;
  /** Live shims and the unit whose control group each lives in; undefined: not known. */
  readonly shims: readonly { readonly unit?: string; readonly state?: string }[] | undefined;
  /** A container of this runtime does not answer: the shim that holds it is stuck, whatever state it is in. */
  readonly hasStuckContainer?: boolean;
}

export interface RestartSurvival {
  readonly survives: boolean;
  /** Sentence fragment. */
  readonly why: string;
  /** Containers that would be stopped, as far as known. */
  readonly wouldStop?: number;
  /** Other units that stop with it, `kubelet.service` too. */
  readonly alsoStops: readonly string[];
}

/** The unit and everything that stops when it stops, however far it reaches. */
export function stoppedWith(unit: string, units: Readonly<Record<string, RestartedUnit>>): readonly string[] {
  const stopped = new Set([unit]);
  for (const id of stopped) {
    for (const other of units[id]?.takesAlong ?? []) stopped.add(other);
  }
  return [...stopped];
}

type Doubt = Pick<RestartSurvival, 'why' | 'wouldStop'>;

function doubtOfDocker({ liveRestore, liveRestoreFrom, running, shims }: RestartFacts): Doubt | undefined {
  const count = running ?? shims?.length;
  if (liveRestore === true || count === 0) return undefined;
  const wouldStop = count === undefined ? {} : { wouldStop: count };
  if (liveRestore === false) return { why: 'live-restore is off', ...wouldStop };
  const told = liveRestoreFrom === undefined ? '' : `: ${liveRestoreFrom}`;
  return { why: `docker did not say whether live-restore is on${told}`, ...wouldStop };
}

/** KillMode=process ends the daemon alone; every other mode but `none` ends what is left in the control group too. */
function doubtOfKillMode({ id, killMode }: RestartedUnit, { shims }: RestartFacts): Doubt | undefined {
  if (killMode === 'process' || killMode === 'none') return undefined;
  if (shims === undefined) return { why: `${id} has KillMode=${killMode} and its control group could not be read` };
  const inside = shims.filter(({ unit }) => unit === id).length;
  return inside === 0
    ? undefined
    : { why: `${id} has KillMode=${killMode} and ${inside} shims in its control group`, wouldStop: inside };
}

/** A containerd that starts gives each shim seconds to answer; what a silent one holds is "cleaned up": its processes are killed (1.6). */
function doubtOfStuckShims({ shims = [], hasStuckContainer = false }: RestartFacts): Doubt | undefined {
  const stuck = Math.max(shims.filter(({ state = 'S' }) => /^[TtD]$/.test(state)).length, hasStuckContainer ? 1 : 0);
  if (stuck === 0) return undefined;
  const which = stuck === 1 ? 'a shim does' : `${stuck} shims do`;
  return { why: `${which} not answer, and containerd ends what such a shim holds when it starts`, wouldStop: stuck };
}

const OURS = /^(docker|containerd|cri-docker|cri-dockerd|crio|kubelet)\.service$/;

/** A service that is no part of node and runtime is work that a restart would interrupt; a unit that is no service holds no process. */
function doubtOfOthers(id: string, stopped: RestartedUnit | undefined): Doubt | undefined {
  if (OURS.test(id) || !id.endsWith('.service')) return undefined;
  if (stopped !== undefined && stopped.activeState !== 'active') return undefined;
  return { why: `${id} stops with it, and what that carries is not known` };
}

/** Whether running containers outlive a restart of the unit, by proof: what is not known counts against it. */
export function restartSurvival(facts: RestartFacts): RestartSurvival {
  const { unit, units } = facts;
  const own = units?.[unit];
  if (units === undefined || own === undefined)
    return { survives: false, why: `systemd did not describe ${unit}`, alsoStops: [] };
  const alsoStops = stoppedWith(unit, units).filter((id) => id !== unit);
  const doubts = [unit, ...alsoStops].flatMap((id) => {
    const stopped = units[id];
    const foreign = id === unit ? undefined : doubtOfOthers(id, stopped);
    if (foreign !== undefined) return [foreign];
    if (stopped === undefined || (id !== unit && stopped.activeState !== 'active')) return [];
    return [
      id === 'docker.service' ? doubtOfDocker(facts) : undefined,
      id === 'containerd.service' ? doubtOfStuckShims(facts) : undefined,
      doubtOfKillMode(stopped, facts),
    ];
  });
  const worst = doubts.filter((doubt) => doubt !== undefined).toSorted((a, b) => (b.wouldStop ?? 0) - (a.wouldStop ?? 0))[0];
  if (worst !== undefined) return { survives: false, ...worst, alsoStops };
  const isDocker = unit === 'docker.service';
  const proof = facts.liveRestoreFrom === undefined ? '' : `: ${facts.liveRestoreFrom}`;
  const why = isDocker && facts.liveRestore === true ? `live-restore is on${proof}` : `KillMode=${own.killMode}`;
  return { survives: true, why, wouldStop: 0, alsoStops };
}
