import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import { systemClock } from '../lib/host/local.ts';
import { bootClock } from '../lib/ledger/clock.ts';
import { findKeeper, type Lock, takeLock, thisProcess } from '../lib/ledger/lock.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { AgentRequest, RequestEnd, RequestNews } from '../lib/model/request.ts';
import { askAgent } from './ask.ts';
import { whoAmI } from './person.ts';
import { AGENT, statePaths } from './state-paths.ts';

/** Who may write into the ledger now: the agent, if one runs; else the caller, who then holds the lock. */
export type Keeper =
  | {
      readonly kind: 'agent';
      readonly pid: number;
      ask(request: AgentRequest, onNews: (news: RequestNews) => void): Promise<RequestEnd>;
    }
  | { readonly kind: 'self'; readonly lock: Lock };

/** An agent that was asked and gave no answer: nothing is known to have been done, and nobody else may do it. */
function refuse(text: string, pid: number): never {
  const how = `the agent (PID ${pid}) keeps the ledger of this node: ${text}`;
  throw new AgentError('AGENT_SILENT', how);
}

/** Two never write, and never repair, at the same time: the lock decides. `name`: what is written into it. */
export function findOrBecomeKeeper(config: AgentConfig, name: string): Keeper {
  const { locks, requests } = statePaths(config);
  const moment: () => Moment = bootClock();
  const own = thisProcess(moment().boot, process.pid);
  const keeper = findKeeper(locks, own);
  if (keeper?.name !== AGENT) return { kind: 'self', lock: takeLock(locks, own, name) };
  const { pid } = keeper;
  return {
    kind: 'agent',
    pid,
    async ask(request, onNews) {
      const alive = () => findKeeper(locks, own)?.pid === pid;
      const answer = await askAgent(request, {
        directory: requests,
        clock: systemClock,
        moment,
        by: whoAmI(),
        alive,
        onNews,
      });
      return answer.kind === 'end' ? answer : refuse(answer.text, pid);
    },
  };
}
