import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { Casebook } from './casebook.ts';
import { presentFacts } from './deciding.ts';
import { openIncidentUsers } from './disk/incident-users.ts';
import type { Errands } from './drain-remedy/errands.ts';
import type { News } from './loop.ts';
import { openNotes } from './notes.ts';
import type { Teller } from './tell.ts';

export interface FollowUpParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly stateDirectory: string;
  readonly ledger: Ledger;
  readonly casebook: Casebook;
  /** Absent: no work is moved. */
  readonly errands?: Pick<Errands, 'take'>;
  readonly teller: Pick<Teller, 'news' | 'touch'>;
  tell(step: RemedyStep): void;
  /** Whether anything is done that nobody asked for. */
  readonly initiative: boolean;
}

/** Where the loop's news goes: into the ledger, to who gives a node back, into an incident's evidence, to the reporters. */
export interface FollowUp {
  /** What was last decided, by the problem's identity. */
  readonly decisions: ReadonlyMap<string, Decision>;
  take(news: News): void;
  /** Resolves when nothing is being noted. */
  idle(): Promise<void>;
}

export function openFollowUp(parts: FollowUpParts): FollowUp {
  const { host, control, stateDirectory, ledger, casebook, errands, teller, tell, initiative } = parts;
  let decisions: ReadonlyMap<string, Decision> = new Map();
  const notes = openNotes({ clock: host.clock, ledger, casebook, tell });
  const factOf = () => presentFacts(host);
  const users = openIncidentUsers({ host, control, stateDirectory, incidentOf: casebook.incidentOf, factOf });
  return {
    get decisions() {
      return decisions;
    },
    take(news) {
      // Only then it is known whether anything is still to come that a condition would have to wait for.
      const isFirstWord = [...news.decisions.keys()].some((identity) => !decisions.has(identity));
      decisions = new Map(news.decisions);
      notes.take(news.standings, decisions);
      if (initiative) errands?.take(news.standings);
      if (initiative) users.take(news.standings);
      if (news.transitions.length > 0 || isFirstWord) teller.news(news.transitions, []);
      else teller.touch();
    },
    idle: notes.idle,
  };
}
