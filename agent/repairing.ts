import { isKind } from '../lib/model/incident.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { RepairCasebook } from './casebook.ts';
import { repair } from './repair.ts';
import { type RepairMeans, repairParts } from './repair-parts.ts';

export interface RepairingParts extends RepairMeans {
  readonly casebook: RepairCasebook;
}

export interface Repairing {
  /** The remedy that is carried out at this moment. */
  readonly current: string | undefined;
  /** Resolves to how it ended; undefined: it was not begun. */
  repair(standing: Standing, decision: Decision | undefined, person?: Person): Promise<RemedyStep | undefined>;
}

/** Somebody asked for it, and waits. */
export interface Person {
  onProgress(text: string): void;
}

/** Carries out what was decided, with everything the daemon has for it. */
export function openRepairing(parts: RepairingParts): Repairing {
  const { ledger, casebook, signal } = parts;
  let current: string | undefined;
  /** By identity: what is repaired because a person asked. */
  const asked = new Set<string>();
  const ofDaemon = repairParts(parts, asked);

  return {
    get current() {
      return current;
    },
    async repair(standing, decision, person) {
      if (decision?.kind !== 'act' || signal.aborted) return undefined;
      const isNotice = standing.fault.severity === 'notice';
      const incident = isNotice ? await casebook.ofNotice(standing) : casebook.incidentOf(standing.identity);
      if (incident === undefined) return undefined;
      const { remedy, disruption } = decision;
      const rung = ledger.entries.filter(isKind('intent')).filter((intent) => intent.incident === incident).length;
      const by = person === undefined ? {} : ({ by: 'doctor', onProgress: person.onProgress } as const);
      if (person !== undefined) asked.add(standing.identity);
      current = remedy.id;
      let last: RemedyStep | undefined;
      try {
        last = await repair(ofDaemon, { remedy, standing, incident, rung, disruption, ...by });
        return last;
      } finally {
        current = undefined;
        asked.delete(standing.identity);
        // A reboot that goes on beyond this agent keeps its place in the fleet's budget; a drain takes its own when its time has come.
        if (last?.kind !== 'started' || remedy.id !== 'reboot') await parts.fleet?.release();
      }
    },
  };
}
