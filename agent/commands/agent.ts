import { hostname } from 'node:os';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { localControl } from '../../lib/host/control.ts';
import { systemClock } from '../../lib/host/local.ts';
import { connectServiceManager, takeServiceEnvironment } from '../../lib/host/notify.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { type Lock, takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { LOCAL_BUDGET_KEEPS } from '../../lib/policy/local-budget.ts';
import { openRecorder } from '../../lib/recorder/ring.ts';
import type { Log } from '../../lib/reporters/log.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { composeFleet } from '../compose-fleet.ts';
import { configOf, identityOf } from '../configuration.ts';
import { startDaemon } from '../daemon.ts';
import { examine } from '../examine.ts';
import { openLog } from '../log.ts';
import { type MetricsServer, serveMetrics } from '../metrics-server.ts';
import { composeReporters, type Reporters } from '../reporters.ts';
import { retire } from '../retire.ts';
import { statePaths } from '../state-paths.ts';
import { version } from '../version.ts';

/** The loop has not finished a single check in this time: it hangs, and must not vouch for itself. */
const ALIVE_WITHIN = minutes(2);
const HOUSEKEEPING = seconds(10);

/** Not joined to a cluster, or not to be asked. */
const ownName = ({ nodeName }: AgentConfig): string => (nodeName === 'auto' ? hostname().trim().toLowerCase() : nodeName);

interface MetricsParts extends Pick<Reporters, 'metrics'> {
  readonly log: Log;
  /** Since a check last finished. */
  readonly silent: () => Duration;
}

function openMetrics(listen: string, { metrics, log, silent }: MetricsParts): MetricsServer | undefined {
  if (listen === '') return undefined;
  return serveMetrics({
    listen,
    text: metrics.text,
    unwell: () => (silent() < ALIVE_WITHIN ? undefined : `no check has finished for ${formatDuration(silent())}`),
    onFailure: (why) => log.warn({ listen, why }, 'metrics not served'),
  });
}

function untilToldToEnd(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort());
  return ended.signal;
}

/** The ledger's way back from a failure, and a claim that somebody deleted. */
async function keepHouse(ledger: Ledger, lock: Lock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(HOUSEKEEPING, signal).catch(() => undefined);
    lock.renew();
    await ledger.tend();
  }
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const service = connectServiceManager(takeServiceEnvironment(process.env, process.pid), { clock: systemClock });
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const node = composeNode(identityOf(config, textOption(options, 'kubeconfig')));
  if (options.retire === true) return await retire(node, config, terminal);
  if (options.once === true) return HEALTH_STATUS[(await examine(node.host, { config, version })).health];

  const log = openLog();
  const moment = bootClock();
  const own = thisProcess(moment().boot, process.pid);
  const lock = takeLock([`${config.stateDirectory}/lock`, `${config.runtimeDirectory}/lock`], own, 'nodemend agent');
  try {
    const ledger = await openLedger({
      directory: `${config.stateDirectory}/ledger`,
      runtimeDirectory: `${config.runtimeDirectory}/ledger`,
      clock: moment,
      keep: Math.max(LOCAL_BUDGET_KEEPS, ...Object.values(config.remedies).map(({ per, cooldown }) => Math.max(per, cooldown))),
    });
    const signal = untilToldToEnd();
    const identity = await node.cluster.clusterIdentity();
    const name = identity.kind === 'identity' ? identity.nodeName : ownName(config);
    const {
      all: reporters,
      metrics,
      switches,
      view,
    } = await composeReporters({ node, config, version, log, random: Math.random });
    const { fleet, lease } = composeFleet({ node, config, view, ledger, moment, random: Math.random });
    log.info({ version, node: name, mode: config.mode, ledger: ledger.state }, 'agent started');
    const daemon = await startDaemon({
      host: node.host,
      control: localControl(),
      config,
      version,
      node: name,
      ledger,
      moment,
      reporters: [...reporters, lease],
      fleet,
      recorder: openRecorder(statePaths(config).recorder),
      switches,
      signal,
      random: Math.random,
    });
    const housekeeping = keepHouse(ledger, lock, signal);
    const silent = () => systemClock.monotonic() - daemon.lastSeen();
    const server = openMetrics(config.metrics.listen, { metrics, log, silent });
    await service.ready(`watching ${name}`);
    await service.watch(() => silent() < ALIVE_WITHIN, signal);
    await housekeeping;
    await daemon.ended;
    server?.close();
    await service.stopping('ended');
    log.info({}, 'agent ended');
    return EXIT.ok;
  } finally {
    lock.release();
  }
}

export const agent: Command = {
  name: 'agent',
  summary: 'the daemon: watch, decide, repair, report; systemd runs it',
  example: 'nodemend agent\nnodemend agent --once',
  options: {
    retire: { type: 'boolean', description: 'take back from the Node what the agent wrote there, then exit' },
    once: { type: 'boolean', description: 'one pass of checks and decisions, then exit by health' },
    config: shared.config,
    kubeconfig: shared.kubeconfig,
  },
  run,
};
