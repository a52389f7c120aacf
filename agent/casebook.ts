import type { Ledger } from '../lib/ledger/ledger.ts';
import { type EntryOf, isKind, type LedgerEntry } from '../lib/model/incident.ts';
import type { Standing, Transition } from '../lib/model/standing.ts';
import { mayExplain } from '../lib/policy/causes.ts';
import { openIncidents } from '../lib/policy/still-open.ts';
import { identityOf } from '../lib/policy/track.ts';
import { problems } from '../lib/problems/index.ts';

/** The incidents of this node: which problem belongs to which, and what the ledger is told of its life. */
export interface Casebook {
  incidentOf(identity: string): string | undefined;
  /** `healedBy`: who, where the ledger cannot tell. */
  note(transitions: readonly Transition[], healedBy?: string): Promise<void>;
}

/** What a repair needs besides. */
export interface RepairCasebook extends Casebook {
  /** The incident of a notice that is to be repaired: it becomes one by that. */
  ofNotice(standing: Standing): Promise<string | undefined>;
}

export type CheckOf = (type: string) => string;

function toStanding(opened: EntryOf<'opened'>, checkOf: CheckOf): Standing {
  const { type, subject, reason, severity, message, at } = opened;
  const clearedBy = problems.find((problem) => problem.type === type)?.reasons[reason]?.clearedBy;
  const fault = {
    verdict: severity === 'critical' ? 'fail' : 'warn',
    type,
    reason,
    severity,
    state: 'active',
    message,
    ...(subject === undefined ? {} : { subject }),
    ...(clearedBy === undefined ? {} : { clearedBy }),
    evidence: [],
    advice: [],
  } as const;
  return {
    identity: identityOf(fault),
    check: checkOf(type),
    fault,
    state: 'clearing',
    since: at,
    stood: 0,
    gone: 0,
    remembered: true,
  };
}

/**
 * What was wrong when the agent last ran. It counts as going until its check finds it again, so that nothing is done on
 * yesterday's evidence, and nothing is cleared that nobody has looked at.
 */
export function rememberedStandings(entries: readonly LedgerEntry[], checkOf: CheckOf): readonly Standing[] {
  return openIncidents(entries).map((opened) => toStanding(opened, checkOf));
}

/** The remedy that ran last against this incident, else against what explains it, since this one began. */
function lastRemedy(entries: readonly LedgerEntry[], incident: string, symptom: string): string | undefined {
  const begun = entries.findIndex((entry) => entry.kind === 'opened' && entry.incident === incident);
  const intents = entries.slice(begun + 1).filter(isKind('intent'));
  const own = intents.findLast((intent) => intent.incident === incident);
  return (own ?? intents.findLast(({ type }) => mayExplain(type, symptom)))?.remedy;
}

/** A remedy, else systemd for a daemon that had only died, else time. */
function healedBy(entries: readonly LedgerEntry[], incident: string, { fault }: Standing): string {
  const remedy = lastRemedy(entries, incident, fault.type);
  if (remedy !== undefined) return remedy;
  return /(Down|CrashLooping)$/.test(fault.reason) ? 'systemd' : 'itself';
}

export function openCasebook(ledger: Ledger): RepairCasebook {
  const incidents = new Map(openIncidents(ledger.entries).map((opened) => [identityOf(opened), opened.incident]));

  async function open({ identity, fault }: Standing): Promise<void> {
    const incident = ledger.newIncident();
    incidents.set(identity, incident);
    const { type, reason, severity, message, evidence, subject } = fault;
    await ledger.append({
      kind: 'opened',
      incident,
      type,
      reason,
      severity,
      message,
      evidence,
      ...(subject === undefined ? {} : { subject }),
    });
  }

  async function noteOne({ standing, to }: Transition, healer: string | undefined): Promise<void> {
    const { identity, fault } = standing;
    const incident = incidents.get(identity);
    if (incident === undefined) {
      // A suspicion is no incident yet, and a notice becomes none by itself.
      if (to === 'active' && fault.severity !== 'notice') await open(standing);
      return;
    }
    if (to === 'cleared') {
      incidents.delete(identity);
      await ledger.append({ kind: 'closed', incident, healedBy: healer ?? healedBy(ledger.entries, incident, standing) });
      return;
    }
    const { reason, severity, message } = fault;
    await ledger.append({ kind: 'changed', incident, state: to, reason, severity, message });
  }

  return {
    incidentOf: (identity) => incidents.get(identity),
    async ofNotice(standing) {
      if (!incidents.has(standing.identity)) await open(standing);
      return incidents.get(standing.identity);
    },
    async note(transitions, healer) {
      for (const transition of transitions) await noteOne(transition, healer);
    },
  };
}
