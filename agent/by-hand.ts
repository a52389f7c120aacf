import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { AgentRequest, RequestEnd, RestartOrder, SayNews } from '../lib/model/request.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { identityOf } from '../lib/policy/track.ts';
import type { Casebook } from './casebook.ts';
import type { Decide } from './deciding.ts';
import { forgive } from './forgive.ts';
import type { Loop } from './loop.ts';
import type { Person } from './repairing.ts';

export interface ByHandParts {
  readonly ledger: Ledger;
  readonly casebook: Casebook;
  readonly moment: () => Moment;
  readonly loop: Loop;
  readonly decide: Decide;
  /** Resolves when the check that finds this type has looked again, or cannot in time. */
  look(type: string): Promise<void>;
  /** Resolves to how it ended; undefined: it was not begun. */
  repair(standing: Standing, decision: Decision, person: Person): Promise<RemedyStep | undefined>;
  /** restart-kubelet for files that a person's command has just changed; absent: not by this program. */
  restartForChange?(order: RestartOrder): Promise<RequestEnd>;
  /** Whether set-eviction-hard is carried out at this moment. */
  isSettingThresholds?(): boolean;
}

type Repair = Extract<AgentRequest, { readonly do: 'repair' }>;

const end = (outcome: RequestEnd['outcome'], text: string, more: Partial<RequestEnd> = {}): RequestEnd => ({
  kind: 'end',
  outcome,
  text,
  ...more,
});

async function findStanding({ type, subject }: Repair, { loop, look }: ByHandParts): Promise<Standing | undefined> {
  const identity = identityOf(subject === undefined ? { type } : { type, subject });
  const find = () => loop.standings.find((one) => one.identity === identity && one.state !== 'clearing');
  if (find() === undefined) await look(type);
  return find();
}

async function repairNow(wanted: Repair, parts: ByHandParts, say: SayNews): Promise<RequestEnd> {
  const { casebook, decide, loop } = parts;
  const seen = await findStanding(wanted, parts);
  if (seen === undefined) return end('nothing', `no check sees ${wanted.type} at this moment; nothing was done`);
  // The person has looked, and vouches that it will not pass by itself.
  const standing: Standing = { ...seen, state: 'active' };
  const decision = await decide(standing, loop.causeOf(seen));
  if (decision.kind === 'hold') {
    const { holds, remedy } = decision;
    const why = holds.map((hold) => (hold.why.startsWith(hold.id) ? hold.why : `${hold.id} (${hold.why})`));
    return end('held', `${remedy.id} is held by ${why.join(', ')}; nothing was done`, { holds });
  }
  if (decision.kind === 'exhausted') {
    return end('held', `given up: ${decision.tried.join(', ')} had their attempts; nodemend reset ${wanted.type} forgives them`);
  }
  if (decision.kind === 'advise') return end('nothing', `no remedy is left for it: ${decision.why}`);
  if (decision.remedy.id !== wanted.remedy) {
    return end(
      'refused',
      `by now ${decision.remedy.id} would be done, not ${wanted.remedy}; look again with nodemend doctor --fix`,
    );
  }
  if (casebook.incidentOf(standing.identity) === undefined) {
    await casebook.note([{ standing, from: seen.state, to: 'active' }]);
  }
  const last = await parts.repair(standing, decision, { onProgress: (text) => say({ kind: 'step', text }) });
  if (last === undefined) return end('held', `${wanted.remedy} was not begun: something came up while it waited`);
  if (last.kind === 'started') return end('done', `${wanted.remedy} goes on by itself: ${last.message}`);
  return end(last.kind === 'succeeded' ? 'done' : 'failed', `${wanted.remedy} ${last.outcome ?? last.kind}: ${last.message}`);
}

/** Does what a person asked for, by the agent's own decision, guards and ledger. */
export async function byHand(request: AgentRequest, by: string, parts: ByHandParts, say: SayNews): Promise<RequestEnd> {
  switch (request.do) {
    case 'reset':
      return forgive(request, by, parts);
    case 'repair':
      return parts.loop.exclusively(() => repairNow(request, parts, say));
    case 'restart-kubelet': {
      const { restartForChange } = parts;
      if (restartForChange === undefined) return end('refused', 'this program restarts no kubelet for others');
      // Asked by the command that this very remedy has started, and waits for.
      if (parts.isSettingThresholds?.() === true) return await restartForChange(request);
      return parts.loop.exclusively(() => restartForChange(request));
    }
    default:
      return end('refused', 'this agent does not know what was asked; it may be older than the command');
  }
}
