import { dirname, join } from 'node:path';
import { systemClock } from '../../lib/host/local.ts';
import { connectServiceManager, takeServiceEnvironment } from '../../lib/host/notify.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { takeLock, thisProcess } from '../../lib/ledger/lock.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { onHangUp } from '../hang-up.ts';
import { openLog } from '../log.ts';
import { nameOf } from '../node-name.ts';
import { once } from '../once.ts';
import { retire } from '../retire.ts';
import { runAgent } from '../run-agent.ts';
import { AGENT, statePaths } from '../state-paths.ts';

/** In bin/ beside this program's lib/. */
const launcher = join(dirname(process.argv[1] ?? ''), '../bin/nodemend');

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
    await runAgent({ node, read, file, service, lock, hangUp, log, moment, launcher });
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
