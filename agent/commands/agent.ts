import { localControl } from '../../lib/host/control.ts';
import { systemClock } from '../../lib/host/local.ts';
import { connectServiceManager, takeServiceEnvironment } from '../../lib/host/notify.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { openLedger } from '../../lib/ledger/ledger.ts';
import { takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import { minutes } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { startDaemon } from '../daemon.ts';
import { examine } from '../examine.ts';
import { openLog } from '../log.ts';
import { composeReporters } from '../reporters.ts';
import { version } from '../version.ts';

/** The loop has not finished a single check in this time: it hangs, and must not vouch for itself. */
const ALIVE_WITHIN = minutes(2);

function untilToldToEnd(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ended.abort());
  return ended.signal;
}

async function run({ options }: CommandContext): Promise<number> {
  const service = connectServiceManager(takeServiceEnvironment(process.env, process.pid), { clock: systemClock });
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const node = composeNode(identityOf(config, textOption(options, 'kubeconfig')));
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
      keep: Math.max(...Object.values(config.remedies).map(({ per, cooldown }) => Math.max(per, cooldown))),
    });
    const signal = untilToldToEnd();
    const identity = await node.cluster.clusterIdentity();
    const name = identity.kind === 'identity' ? identity.nodeName : config.nodeName;
    const { all: reporters } = composeReporters({ node, config, version, log, random: Math.random });
    log.info({ version, node: name, mode: config.mode, ledger: ledger.state }, 'agent started');
    const daemon = await startDaemon({
      host: node.host,
      control: localControl(),
      config,
      version,
      node: name,
      ledger,
      moment,
      reporters,
      signal,
      random: Math.random,
    });
    await service.ready(`watching ${name}`);
    await service.watch(() => systemClock.monotonic() - daemon.lastSeen() < ALIVE_WITHIN, signal);
    await daemon.ended;
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
    once: { type: 'boolean', description: 'one pass of checks and decisions, then exit by health' },
    config: shared.config,
    kubeconfig: shared.kubeconfig,
  },
  run,
};
