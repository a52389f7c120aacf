import type { AgentConfig } from '../lib/config/schema.ts';
import { localControl } from '../lib/host/control.ts';
import { bootClock } from '../lib/ledger/clock.ts';
import { type Ledger, openLedger } from '../lib/ledger/ledger.ts';
import type { AgentRequest, RequestEnd, SayNews } from '../lib/model/request.ts';
import { seconds } from '../lib/model/units.ts';
import { openIncidents } from '../lib/policy/still-open.ts';
import type { Node } from './compose.ts';
import { composeFleet } from './compose-fleet.ts';
import { startDaemon } from './daemon.ts';
import type { Daemon, DaemonParts } from './daemon-parts.ts';
import { healthyRunsPath, readHealthyRuns } from './healthy-runs.ts';
import { ledgerOptions } from './ledger-options.ts';
import { ownName } from './node-name.ts';
import { type NodeView, openNodeView } from './node-view.ts';
import { whoAmI } from './person.ts';
import { version } from './version.ts';

type Repair = Extract<AgentRequest, { readonly do: 'repair' }>;

const LOOK_WITHIN = seconds(3);
/** Longer than a problem must be gone to count as cleared. */
const CLEARED_WITHIN = seconds(20);
const LOOK_EVERY = seconds(1);

/** The Node as it is now: its zone, for the budgets of the fleet. */
async function viewOf({ cluster }: Node, config: AgentConfig): Promise<{ readonly view: NodeView; readonly name: string }> {
  const view = openNodeView();
  const identity = await cluster.clusterIdentity();
  if (identity.kind !== 'identity') return { view, name: ownName(config) };
  const path = `/api/v1/nodes/${encodeURIComponent(identity.nodeName)}`;
  const answer = await cluster.apiGet({ path, deadline: LOOK_WITHIN });
  if (answer.kind === 'response') view.observe(answer.body);
  return { view, name: identity.nodeName };
}

/** A success is one when it lasts; and the ledger should not be left with an incident that nobody closes. */
async function untilCleared(ledger: Ledger, { type, subject }: Repair, { clock }: Node['host'], say: SayNews): Promise<void> {
  const isOpen = () => openIncidents(ledger.entries).some((one) => one.type === type && one.subject === subject);
  const until = clock.monotonic() + CLEARED_WITHIN;
  if (isOpen()) say({ kind: 'step', text: 'its check passes; looks whether that lasts' });
  while (isOpen() && clock.monotonic() < until) await clock.sleep(LOOK_EVERY);
}

/** A person may call it off as the service manager ends an agent; from then on until `close`. */
function interruption() {
  const ended = new AbortController();
  const interrupt = () => ended.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const close = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  return { signal: ended.signal, end: interrupt, close };
}

interface Alone extends Pick<DaemonParts, 'ledger' | 'moment' | 'signal'> {
  readonly node: Node;
  readonly config: AgentConfig;
}

/** Without initiative, and without a report to the Node that nobody would keep true. */
async function daemonAlone({ node, config, ledger, moment, signal }: Alone): Promise<Daemon> {
  const { host } = node;
  const { random } = Math;
  const { view, name } = await viewOf(node, config);
  const { fleet } = composeFleet({ node, config, view, ledger, moment, random });
  // What no agent has watched nobody can say was never healthy.
  const before = await readHealthyRuns(host, healthyRunsPath(config.runtimeDirectory));
  return await startDaemon({
    host,
    control: localControl(),
    config,
    version,
    node: name,
    ledger,
    moment,
    reporters: [],
    fleet,
    switches: () => view.switches(host.clock.now()),
    initiative: false,
    healthyRuns: { of: (check) => before.get(check) },
    signal,
    random,
  });
}

/**
 * Where no agent runs: the agent itself, for one repair that a person asked for. Same checks, decision, guards, ledger. The caller
 * holds the lock.
 */
export async function repairAlone(node: Node, config: AgentConfig, request: Repair, say: SayNews): Promise<RequestEnd> {
  const moment = bootClock();
  const ledger = await openLedger(ledgerOptions(config, moment));
  const interrupted = interruption();
  const daemon = await daemonAlone({ node, config, ledger, moment, signal: interrupted.signal });
  try {
    const end = await daemon.answer(request, whoAmI(), say);
    if (end.outcome === 'done') await untilCleared(ledger, request, node.host, say);
    return end;
  } finally {
    interrupted.end();
    await daemon.ended;
    interrupted.close();
  }
}
