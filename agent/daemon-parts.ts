import type { AgentConfig } from '../lib/config/schema.ts';
import type { ApiAnswer, HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { AgentRequest, RequestEnd, SayNews } from '../lib/model/request.ts';
import type { ConfigurationState, Reporter } from '../lib/model/snapshot.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import type { Recorder } from '../lib/recorder/ring.ts';
import type { EventRecord } from '../lib/reporters/event-records.ts';
import type { Fleet } from './fleet.ts';
import type { HealthyRuns } from './healthy-runs.ts';
import type { Monitors } from './monitors/monitors.ts';
import type { Plugins } from './plugins/plugins.ts';

/** What a daemon is made of: who composes it decides what it can do. */
export interface DaemonParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  readonly version: string;
  /** The Node's name. */
  readonly node: string;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  readonly reporters: readonly Reporter[];
  /** Absent: nothing is recorded. */
  readonly recorder?: Recorder;
  /** Absent: nobody asks the other nodes. */
  readonly fleet?: Fleet;
  /** What a person told us through the Node's annotations, as it was last read. */
  readonly switches: () => NodeSwitches;
  /** Hands over every answer of the API server that is our Node; absent: there is none but what the checks ask for. */
  readonly onNode?: (listener: (answer: ApiAnswer) => void) => void;
  /** What became of the configuration when it was last read; absent: it is read once. */
  readonly configuration?: () => ConfigurationState;
  /** False: nothing is done but what a person asks for. */
  readonly initiative?: boolean;
  /** In which runs the checks have passed; absent: as this daemon and those before it have seen. */
  readonly healthyRuns?: Pick<HealthyRuns, 'of'>;
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** The launcher beside this program. */
  readonly launcher?: string;
  /** Whether a program that moves work is under way. */
  readonly onUnderWay?: (is: boolean) => void;
  /** Absent: no log is followed. */
  readonly monitors?: Monitors;
  /** Absent: none is run. */
  readonly plugins?: Plugins;
  /** Tells an event that is in no state; absent: such events are not told. */
  readonly say?: (event: EventRecord) => void;
}

/** One that runs. */
export interface Daemon {
  /** The last time a check finished, by the clock that never jumps: what the watchdog is told. */
  lastSeen(): number;
  /** The configuration is another: checks that are new, gone or different begin or end. */
  reconfigured(): void;
  /** Does what a person asked for. */
  answer(request: AgentRequest, by: string, say: SayNews): Promise<RequestEnd>;
  /** Resolves when the signal was aborted and the last words were said. */
  readonly ended: Promise<void>;
}
