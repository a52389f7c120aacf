import type { AgentConfig } from '../../lib/config/schema.ts';
import { localControl } from '../../lib/host/control.ts';
import { type FileCalls, localFiles } from '../../lib/host/exact-file.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { holdInWords } from '../../lib/model/guard.ts';
import type { RequestEnd, RestartOrder } from '../../lib/model/request.ts';
import { seconds } from '../../lib/model/units.ts';
import type { StepResult } from '../../lib/tune/transaction.ts';
import type { Node } from '../compose.ts';
import { findOrBecomeKeeper } from '../keeper.ts';
import { ledgerOptions } from '../ledger-options.ts';
import type { Say } from './apply.ts';
import type { TuneHands } from './hands.ts';
import { openJournal } from './journal.ts';
import { watchUnit } from './kubelet-health.ts';
import { prove, runningKubelet } from './prove.ts';
import { restartForChange } from './restart.ts';
import { holdsAgainst } from './restart-guards.ts';
import { loadUnits, verifyUnits } from './systemd.ts';

const BETWEEN_ATTEMPTS = seconds(3);

export interface LocalHandsParts {
  readonly node: Node;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly name: string;
  /** Written into the lock of the ledger. */
  readonly program: string;
  readonly say: Say;
  readonly signal: AbortSignal;
  readonly files?: FileCalls;
}

function toResult({ outcome, text }: RequestEnd): StepResult {
  if (outcome === 'done') return { kind: 'done', what: text };
  return { kind: outcome === 'held' ? 'held' : 'failed', why: text };
}

/** By the agent where one runs, for two never repair at the same time; else by this program, with the ledger. */
async function restartByKeeper(
  order: RestartOrder,
  { node, config, name, program, say, signal }: LocalHandsParts,
): Promise<RequestEnd> {
  const keeper = findOrBecomeKeeper(config, program);
  if (keeper.kind === 'agent') {
    const request = { do: 'restart-kubelet', ...order } as const;
    return await keeper.ask(request, (news) => (news.kind === 'step' ? say(news.text) : undefined));
  }
  const moment = bootClock();
  try {
    const ledger = await openLedger(ledgerOptions(config, moment));
    try {
      return await restartForChange(order, {
        host: node.host,
        control: localControl(),
        config,
        node: name,
        ledger,
        moment,
        signal,
      });
    } finally {
      await ledger.close();
    }
  } finally {
    keeper.lock.release();
  }
}

/** The hands on this very node. */
export function localHands(parts: LocalHandsParts): TuneHands {
  const { node, config, files = localFiles } = parts;
  const { host } = node;
  const control = localControl();
  const { boot } = bootClock()();
  return {
    files,
    journal: openJournal(config.stateDirectory, files),
    async process() {
      const running = await runningKubelet(host, boot);
      return running && { pid: running.pid, startTicks: running.startTicks, boot };
    },
    async mayRestart(order) {
      const holds = await holdsAgainst(order, host, config);
      if (holds.length === 0) return { kind: 'done', what: 'no guard stands against a restart of the kubelet' };
      return { kind: 'held', why: `restart-kubelet is held by ${holds.map(holdInWords).join('; ')}` };
    },
    verify: (transaction) => verifyUnits(transaction, host, config.runtimeDirectory),
    load: (transaction, which) => loadUnits(transaction, which, { host, control }),
    restart: async (order) => toResult(await restartByKeeper(order, parts)),
    pause: () => host.clock.sleep(BETWEEN_ATTEMPTS),
    prove: (expected, { unit, ...options }) => prove(expected, options, { host, boot, hopeless: watchUnit(host, unit) }),
  };
}
