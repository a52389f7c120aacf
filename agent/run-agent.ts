import type { AgentConfig } from '../lib/config/schema.ts';
import { systemClock } from '../lib/host/local.ts';
import type { ServiceManager } from '../lib/host/notify.ts';
import { type LedgerOptions, openLedger } from '../lib/ledger/ledger.ts';
import type { Lock } from '../lib/ledger/lock.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { ConfigurationState } from '../lib/model/snapshot.ts';
import { minutes } from '../lib/model/units.ts';
import type { Log } from '../lib/reporters/log.ts';
import { limitsOfLedger } from './bounds.ts';
import type { Node } from './compose.ts';
import { composeDaemon } from './compose-daemon.ts';
import { agentSchema } from './configuration.ts';
import { startDaemon } from './daemon.ts';
import type { Daemon } from './daemon-parts.ts';
import { openDesk } from './desk.ts';
import { untilToldToEnd } from './end-signals.ts';
import type { HangUp } from './hang-up.ts';
import { keepHouse } from './housekeeping.ts';
import { ledgerOptions } from './ledger-options.ts';
import { liveConfig } from './live-config.ts';
import { openMetricsPage } from './metrics-page.ts';
import { nameOf, ownName } from './node-name.ts';
import { openReload, tellConfiguration } from './reload.ts';
import { statePaths } from './state-paths.ts';
import { openStats } from './stats.ts';
import { tend } from './tending.ts';
import { collector, keepTidy } from './tidy.ts';
import { tendOrphans } from './tune/orphan.ts';
import { version } from './version.ts';

/** The loop has not finished a single check in this time: it hangs, and must not vouch for itself. */
const ALIVE_WITHIN = minutes(2);

export interface AgentParts {
  readonly node: Node;
  /** As it was read at the start, */
  readonly read: AgentConfig;
  /** from the file that was named on the command line; undefined: from the main file and its drop-ins. */
  readonly file: string | undefined;
  readonly service: ServiceManager;
  /** Held by the caller. */
  readonly lock: Lock;
  readonly hangUp: HangUp;
  readonly log: Log;
  readonly moment: LedgerOptions['clock'];
  /** The launcher beside this program. */
  readonly launcher: string;
}

/** Configuration, lock and ledger are all that can keep an agent from its work; the rest, and the first looks, need not be waited for. */
async function getReady({ node, service, moment }: AgentParts, config: AgentConfig) {
  const limits = await limitsOfLedger(node.host, config.stateDirectory);
  const ledger = await openLedger({ ...ledgerOptions(config, moment), ...limits });
  const signal = untilToldToEnd(process);
  const readying = service.ready(`watching ${ownName(config)}`);
  const name = await nameOf(node, config);
  service.status(`watching ${name}`);
  return { ledger, signal, readying, name };
}

/** Why the daemon is not well; undefined: it is. */
function unwellness(daemon: Pick<Daemon, 'lastSeen'>): () => string | undefined {
  const silent = () => systemClock.monotonic() - daemon.lastSeen();
  return () => (silent() < ALIVE_WITHIN ? undefined : `no check has finished for ${formatDuration(silent())}`);
}

/** From a configuration that was read to the last line of the log. */
export async function runAgent(given: AgentParts): Promise<void> {
  const { node, file, service, lock, hangUp, log, moment, launcher } = given;
  const { host } = node;
  const live = liveConfig(given.read);
  const { config } = live;
  const { ledger, signal, readying, name } = await getReady(given, config);
  const { parts, metrics } = await composeDaemon({ node, config, name, ledger, moment, log });
  log.info({ version, node: name, mode: config.mode, ledger: ledger.state }, 'agent started');
  const apply = (next: AgentConfig) => {
    const restartFor = live.apply(next);
    page.follow();
    daemon.reconfigured();
    return restartFor;
  };
  const tell = (state: ConfigurationState) => tellConfiguration(state, { log, say: parts.say });
  const reload = await openReload({ host, schema: agentSchema, file, apply, tell });
  const daemon: Daemon = await startDaemon({ ...parts, configuration: () => reload.state, signal, launcher });
  const unwell = unwellness(daemon);
  const keeping = [keepHouse(systemClock, signal, { ledger, lock }), keepTidy(systemClock, signal, collector())];
  const stats = openStats({ host, monitors: parts.monitors.stats, log });
  const page = openMetricsPage({ config, metrics, stats, log, unwell });
  const desk = openDesk({ directory: statePaths(config).requests, moment, answer: daemon.answer });
  const tending = tend(systemClock, signal, { desk, reload });
  hangUp.listen(() => void reload.now());
  void tendOrphans({ host, config, launcher, log, signal });
  await readying;
  await service.watch(() => unwell() === undefined, signal);
  await Promise.all([...keeping, tending]);
  await daemon.ended;
  desk.close();
  page.close();
  await service.stopping('ended');
  log.info({}, 'agent ended');
}
