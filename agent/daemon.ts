import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostControl, HostView } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { Reporter, Snapshot } from '../lib/model/snapshot.ts';
import { ms, seconds } from '../lib/model/units.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import type { Recorder } from '../lib/recorder/ring.ts';
import { watchApi } from './api-watch.ts';
import { openCasebook, rememberedStandings } from './casebook.ts';
import { openDeciding } from './deciding.ts';
import { keepFlightRecord } from './flight-recorder.ts';
import { gatherer } from './gather.ts';
import { openLoop } from './loop.ts';
import { closeInterrupted, openRepairing } from './repairing.ts';
import type { CheckResult } from './round.ts';
import { checkOf, schedule } from './schedule.ts';
import { privateBytes, snapshotOf } from './snapshot.ts';
import { openTeller } from './tell.ts';
import { openVerifier } from './verify.ts';
import { watch } from './watch.ts';

/** Facts younger than this serve every check that asks at about the same time. */
const FRESH = ms(400);
/** systemd's TimeoutStopSec is 30 s. */
const LAST_WORDS = seconds(8);

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
  /** What a person told us through the Node's annotations, as it was last read. */
  readonly switches: () => NodeSwitches;
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
  readonly random: () => number;
}

export interface Daemon {
  /** The last time a check finished, by the clock that never jumps: what the watchdog is told. */
  lastSeen(): number;
  /** Resolves when the signal was aborted and the last words were said. */
  readonly ended: Promise<void>;
}

function ownFigures() {
  const { user, system } = process.cpuUsage();
  return { agentMemory: privateBytes() ?? undefined, agentCpu: (user + system) / 1e6 };
}

export async function startDaemon(given: DaemonParts): Promise<Daemon> {
  const api = watchApi(given.host);
  const parts = { ...given, host: api.host };
  const { host, config, ledger, moment, recorder, signal } = parts;
  const { clock } = host;
  const startedAt = clock.now();
  const gathered = gatherer(host, { thorough: false, keep: ({ keep = FRESH }) => keep });
  await closeInterrupted(ledger);
  const casebook = openCasebook(ledger);
  const verifier = openVerifier(clock);
  const latest = new Map<string, { readonly at: number; readonly result: CheckResult }>();
  let decisions: ReadonlyMap<string, Decision> = new Map();
  let lastSeen = clock.monotonic();

  const snapshot = (): Promise<Snapshot> =>
    snapshotOf(
      { host, gathered, config, node: parts.node, version: parts.version, startedAt, switches: parts.switches() },
      { latest, standings: loop.standings, decisions, lastRemedy: repairing.lastRemedy },
    );
  const teller = openTeller({ clock, reporters: parts.reporters, snapshot });
  const decide = openDeciding({ ...parts, casebook });
  const repairing = openRepairing({ ...parts, casebook, verifier, decide, tell: (step) => teller.news([], [step]) });

  const loop = openLoop(
    {
      clock,
      casebook,
      decide,
      repair: (standing) => repairing.repair(standing, decisions.get(standing.identity)),
      tell(news) {
        decisions = new Map(news.decisions);
        if (news.transitions.length > 0) teller.news(news.transitions, []);
        else teller.touch();
      },
    },
    rememberedStandings(ledger.entries, checkOf),
  );

  const watching = watch(schedule(config), {
    host,
    gathered,
    signal,
    random: parts.random,
    onResult(result) {
      lastSeen = clock.monotonic();
      latest.set(result.check.id, { at: clock.now(), result });
      verifier.observe(result);
      loop.observe(result);
    },
  });
  const own = ownFigures;
  const flight = recorder && keepFlightRecord({ clock, recorder, moment, gathered, apiLatency: api.latency, own, signal });
  const ended = watching.then(async () => {
    await loop.idle();
    const lastWords = AbortSignal.timeout(LAST_WORDS);
    // A disk that hangs keeps its file open, and must not keep the agent.
    await Promise.all([teller.close(lastWords), Promise.race([flight, clock.sleep(LAST_WORDS)])]);
    await ledger.close();
  });
  return { lastSeen: () => lastSeen, ended };
}
