import type { AgentConfig } from '../lib/config/schema.ts';
import { localControl } from '../lib/host/control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import { openRecorder } from '../lib/recorder/ring.ts';
import type { Log } from '../lib/reporters/log.ts';
import type { Node } from './compose.ts';
import { composeFleet } from './compose-fleet.ts';
import { type Monitors, openMonitors } from './monitors/monitors.ts';
import { openMotd } from './motd.ts';
import { composePlugins } from './plugins/compose.ts';
import { composeReporters } from './reporters.ts';
import { statePaths } from './state-paths.ts';
import { version } from './version.ts';

export interface DaemonComposition {
  readonly node: Node;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly name: string;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  readonly log: Log;
}

const { random } = Math;

/** The log monitors and plugins of this node's files. */
async function composeWatchers({ node: { host }, config, moment, log }: DaemonComposition) {
  const statePath = statePaths(config).monitors;
  const kernelTime = () => Number(process.hrtime.bigint()) / 1e6;
  const monitors: Monitors = await openMonitors({ host, config: config.monitors, statePath, moment, log, kernelTime });
  const enabled = () => config.checks['custom-plugins']?.enabled !== false;
  return { monitors, plugins: composePlugins({ host, log, random, enabled }, monitors) };
}

/** What a daemon on a real node is made of, in `parts`; and the metrics, which somebody has to serve. */
export async function composeDaemon(composition: DaemonComposition) {
  const { node, config, name, ledger, moment, log } = composition;
  const { host } = node;
  const { monitors, plugins } = await composeWatchers(composition);
  const told = { figures: plugins.figures, declared: plugins.words };
  const { all, metrics, switches, view, say } = await composeReporters({ node, config, version, log, random, ...told });
  let isUnderWay = false;
  const claimedElsewhere = () => isUnderWay;
  const { fleet, lease } = composeFleet({ node, config, view, ledger, moment, random, claimedElsewhere });
  const parts = {
    host,
    control: localControl(),
    config,
    version,
    node: name,
    ledger,
    moment,
    reporters: [...all, lease, openMotd(config, log)],
    fleet,
    recorder: openRecorder(statePaths(config).recorder),
    switches,
    onNode: view.listen,
    random,
    monitors,
    plugins,
    say,
    onUnderWay(is: boolean) {
      isUnderWay = is;
    },
  };
  return { parts, metrics };
}
