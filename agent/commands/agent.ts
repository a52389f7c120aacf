import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import { localControl } from '../../lib/host/control.ts';
import { systemClock } from '../../lib/host/local.ts';
import { connectServiceManager, takeServiceEnvironment } from '../../lib/host/notify.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { type Lock, takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { openRecorder } from '../../lib/recorder/ring.ts';
import type { Log } from '../../lib/reporters/log.ts';
import { onBeat } from '../beat.ts';
import { limitsOfLedger } from '../bounds.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost, composeNode, type Node } from '../compose.ts';
import { composeFleet } from '../compose-fleet.ts';
import { agentSchema, configOf, identityOf } from '../configuration.ts';
import { startDaemon } from '../daemon.ts';
import type { Daemon } from '../daemon-parts.ts';
import { openDesk } from '../desk.ts';
import { onHangUp } from '../hang-up.ts';
import { ledgerOptions } from '../ledger-options.ts';
import { liveConfig } from '../live-config.ts';
import { openLog } from '../log.ts';
import { type MetricsServer, serveMetrics } from '../metrics-server.ts';
import { openMonitors } from '../monitors/monitors.ts';
import { openMotd } from '../motd.ts';
import { once } from '../once.ts';
import { composePlugins } from '../plugins/compose.ts';
import { openReload, type Reload, tellConfiguration } from '../reload.ts';
import { composeReporters, type Reporters } from '../reporters.ts';
import { retire } from '../retire.ts';
import { AGENT, statePaths } from '../state-paths.ts';
import { openStats } from '../stats.ts';
import { tend } from '../tending.ts';
import { collector, keepTidy } from '../tidy.ts';
import { tendOrphans } from '../tune/orphan.ts';
import { version } from '../version.ts';

/** The loop has not finished a single check in this time: it hangs, and must not vouch for itself. */
const ALIVE_WITHIN = minutes(2);
const HOUSEKEEPING = seconds(10);

/** In bin/ beside this program's lib/. */
const launcher = join(dirname(process.argv[1] ?? ''), '../bin/nodemend');

/** Not joined to a cluster, or not to be asked. */
const ownName = ({ nodeName }: AgentConfig): string => (nodeName === 'auto' ? hostname().trim().toLowerCase() : nodeName);

interface MetricsParts extends Pick<Reporters, 'metrics'> {
  readonly log: Log;
  /** Since a check last finished. */
  readonly silent: () => Duration;
  /** What system-stats-monitor files ask for. */
  readonly stats: () => Promise<string>;
}

function openMetrics(listen: string, { metrics, log, silent, stats }: MetricsParts): MetricsServer | undefined {
  if (listen === '') return undefined;
  return serveMetrics({
    listen,
    text: async () => metrics.text() + (await stats()),
    unwell: () => (silent() < ALIVE_WITHIN ? undefined : `no check has finished for ${formatDuration(silent())}`),
    onFailure: (why) => log.warn({ listen, why }, 'metrics not served'),
  });
}

function untilToldToEnd(): AbortSignal {
  const ended = new AbortController();
  // Never `once`: execa's clean-up listens, too, finds itself alone when ours has removed itself, and sends the signal again.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ended.abort());
  return ended.signal;
}

async function nameOf(node: Node, config: AgentConfig): Promise<string> {
  const identity = await node.cluster.clusterIdentity();
  return identity.kind === 'identity' ? identity.nodeName : ownName(config);
}

/** The ledger's way back from a failure, and a claim that somebody deleted. */
async function keepHouse(ledger: Ledger, lock: Lock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(onBeat(HOUSEKEEPING, systemClock.monotonic()), signal).catch(() => undefined);
    lock.renew();
    await ledger.tend();
  }
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  const service = connectServiceManager(takeServiceEnvironment(process.env, process.pid), { clock: systemClock });
  const file = textOption(options, 'config');
  const read = await configOf(composeHost(), file);
  const node = composeNode(identityOf(read, textOption(options, 'kubeconfig')));
  if (options.retire === true) return await retire(node, read, terminal);
  const hangUp = onHangUp(process);

  const log = openLog();
  const moment = bootClock();
  const own = thisProcess(moment().boot, process.pid);
  const isOnce = options.once === true;
  const lock = takeLock(statePaths(read).locks, own, isOnce ? 'nodemend agent --once' : AGENT);
  try {
    if (isOnce) return await once({ node, config: read, name: await nameOf(node, read), log, moment });
    const live = liveConfig(read);
    const { config } = live;
    const limits = await limitsOfLedger(node.host, config.stateDirectory);
    const ledger = await openLedger({ ...ledgerOptions(config, moment), ...limits });
    const signal = untilToldToEnd();
    // Configuration, lock and ledger are all that can keep an agent from its work; the rest, and the first looks, need not be waited for.
    const readying = service.ready(`watching ${ownName(config)}`);
    const name = await nameOf(node, config);
    service.status(`watching ${name}`);
    const monitors = await openMonitors({
      host: node.host,
      config: config.monitors,
      statePath: statePaths(config).monitors,
      moment,
      log,
      kernelTime: () => Number(process.hrtime.bigint()) / 1e6,
    });
    const enabled = () => config.checks['custom-plugins']?.enabled !== false;
    const plugins = composePlugins({ host: node.host, log, random: Math.random, enabled }, monitors);
    const {
      all: reporters,
      metrics,
      switches,
      view,
      say,
    } = await composeReporters({
      node,
      config,
      version,
      log,
      random: Math.random,
      figures: plugins.figures,
      declared: plugins.words,
    });
    let isUnderWay = false;
    const claimedElsewhere = () => isUnderWay;
    const { fleet, lease } = composeFleet({ node, config, view, ledger, moment, random: Math.random, claimedElsewhere });
    log.info({ version, node: name, mode: config.mode, ledger: ledger.state }, 'agent started');
    let server: MetricsServer | undefined;
    const reload: Reload = await openReload({
      host: node.host,
      schema: agentSchema,
      file,
      apply(next) {
        const listen = config.metrics.listen;
        const restartFor = live.apply(next);
        if (config.metrics.listen !== listen) server = serve(server);
        daemon.reconfigured();
        return restartFor;
      },
      tell: (state) => tellConfiguration(state, { log, say }),
    });
    const daemon: Daemon = await startDaemon({
      host: node.host,
      control: localControl(),
      config,
      version,
      node: name,
      ledger,
      moment,
      reporters: [...reporters, lease, openMotd(config, log)],
      fleet,
      recorder: openRecorder(statePaths(config).recorder),
      switches,
      onNode: view.listen,
      configuration: () => reload.state,
      signal,
      random: Math.random,
      monitors,
      plugins,
      say,
      launcher,
      onUnderWay(is) {
        isUnderWay = is;
      },
    });
    const housekeeping = keepHouse(ledger, lock, signal);
    const tidying = keepTidy(systemClock, signal, collector());
    const stats = openStats({ host: node.host, monitors: monitors.stats, log });
    const silent = () => systemClock.monotonic() - daemon.lastSeen();
    const serve = (former: MetricsServer | undefined) => {
      former?.close();
      return openMetrics(config.metrics.listen, { metrics, log, silent, stats });
    };
    server = serve(undefined);
    const desk = openDesk({ directory: statePaths(config).requests, moment, answer: daemon.answer });
    const tending = tend(systemClock, signal, { desk, reload });
    hangUp.listen(() => void reload.now());
    void tendOrphans({ host: node.host, config, launcher, log, signal });
    await readying;
    await service.watch(() => silent() < ALIVE_WITHIN, signal);
    await Promise.all([housekeeping, tending, tidying]);
    await daemon.ended;
    desk.close();
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
    once: {
      type: 'boolean',
      description: 'one pass of checks, decisions and report, nothing repaired, then exit by health; refused while an agent runs',
    },
    config: shared.config,
    kubeconfig: shared.kubeconfig,
  },
  run,
};
