import { isKind, type LedgerEntry } from '../lib/model/incident.ts';
import type { LastRemedy, RemedyStep } from '../lib/model/snapshot.ts';

export interface KnownLastRemedy {
  readonly value: LastRemedy | null;
  /** Whoever carries it out: this agent, a program that moves work, the agent of the boot before. */
  take(step: RemedyStep): void;
}

interface About {
  readonly type: string;
  readonly reason: string;
  readonly subject?: string;
}

function nameOf({ type, reason, subject }: About): string {
  return `${type}/${reason}${subject === undefined ? '' : ` (${subject})`}`;
}

/** By the ledger: what an agent before this one began, and how it ended. */
function remembered(entries: readonly LedgerEntry[]): LastRemedy | null {
  const intent = entries.findLast(isKind('intent'));
  if (intent === undefined) return null;
  const opened = entries.filter(isKind('opened')).find(({ incident }) => incident === intent.incident);
  const end = entries.findLast((entry) => entry.kind === 'outcome' && entry.action === intent.action);
  const ended = end?.kind === 'outcome' ? { outcome: end.outcome, message: end.message } : { message: '' };
  const problem = opened === undefined ? intent.type : nameOf({ ...intent, reason: opened.reason });
  return { remedy: intent.remedy, problem, at: new Date((end ?? intent).at).toISOString(), ...ended };
}

/** The remedy that was begun last on this node, and what came of it. */
export function openLastRemedy(entries: readonly LedgerEntry[]): KnownLastRemedy {
  let value = remembered(entries);
  return {
    get value() {
      return value;
    },
    take(step) {
      const { remedy, kind, at, outcome, message } = step;
      // What was held before it began was none.
      if (remedy === undefined || (kind === 'skipped' && outcome === undefined)) return;
      const ended = outcome === undefined ? {} : { outcome };
      value = { remedy, problem: nameOf(step), at: new Date(at).toISOString(), ...ended, message };
    },
  };
}
