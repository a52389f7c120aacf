import type { Evidence } from '../../model/finding.ts';
import { type RestartSurvival, restartSurvival } from '../../model/restart-survival.ts';
import type { DockerInfo } from '../../sources/runtime/docker-info.ts';
import type { LiveRestore } from '../../sources/runtime/live-restore.ts';
import type { Shim } from '../../sources/runtime/runtime-shims.ts';
import type { RuntimeUnits } from '../../sources/runtime/runtime-units.ts';

export interface RestartSources {
  readonly units: RuntimeUnits;
  readonly info: DockerInfo;
  /** Undefined: could not be read. */
  readonly liveRestore: LiveRestore | undefined;
  /** Undefined: could not be read. */
  readonly shims: readonly Shim[] | undefined;
  readonly hasStuckContainer?: boolean;
}

/** What a restart of this unit would do to the running containers, from what the sources read. */
export function survivalOf(
  unit: string,
  { units, info, liveRestore, shims, hasStuckContainer = false }: RestartSources,
): RestartSurvival {
  const known = info.kind === 'known' ? info : undefined;
  return restartSurvival({
    unit,
    units: units.kind === 'units' ? units.units : undefined,
    running: known?.running,
    shims,
    hasStuckContainer,
    ...proofOf(known?.liveRestore, liveRestore),
  });
}

/** Docker's own word needs no proof beside it. */
function proofOf(said: boolean | undefined, found: LiveRestore | undefined) {
  if (said !== undefined || found === undefined) return { liveRestore: said };
  if (found.kind === 'unknown') return { liveRestore: undefined, liveRestoreFrom: found.why };
  return { liveRestore: found.on, liveRestoreFrom: found.from };
}

export function describeSurvival(unit: string, { survives, why, wouldStop, alsoStops }: RestartSurvival): string {
  const also = alsoStops.length === 0 ? '' : `; stops with it: ${alsoStops.join(', ')}`;
  if (survives) return `a restart of ${unit} leaves the containers running (${why})${also}`;
  if (wouldStop !== undefined) return `a restart of ${unit} stops ${wouldStop} containers (${why})${also}`;
  return `a restart of ${unit} may stop containers: ${why}${also}`;
}

export function survivalEvidence(unit: string, survival: RestartSurvival): Evidence {
  // A hung docker gave no word of its own, and containerd has none to give: then the excerpt names the source.
  const asked = /^live-restore is (on|off)$/.test(survival.why) ? ', docker info' : '';
  return { from: `systemctl show ${unit}${asked}`, excerpt: describeSurvival(unit, survival) };
}
