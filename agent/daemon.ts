import type { AgentConfig } from '../lib/config/schema.ts';
import type { ApiAnswer, HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { AgentRequest, RequestEnd, RestartOrder, SayNews } from '../lib/model/request.ts';
import type { ConfigurationState, RemedyStep, Reporter, Snapshot } from '../lib/model/snapshot.ts';
import { ms, seconds } from '../lib/model/units.ts';
import { openIncidents } from '../lib/policy/budget.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import type { Recorder } from '../lib/recorder/ring.ts';
import type { EventRecord } from '../lib/reporters/event-records.ts';
import { watchApi } from './api-watch.ts';
import { watchBounds } from './bounds.ts';
import { byHand } from './by-hand.ts';
import { openCasebook, rememberedStandings } from './casebook.ts';
import { lookClosely } from './close-looks.ts';
import { openDeciding, presentFacts } from './deciding.ts';
import { openIncidentUsers } from './disk/incident-users.ts';
import { openErrands } from './drain-remedy/errands.ts';
import type { Fleet } from './fleet.ts';
import { keepFlightRecord } from './flight-recorder.ts';
import { gatherer } from './gather.ts';
import type { HealthyRuns } from './healthy-runs.ts';
import { openKeepsakes } from './keepsakes.ts';
import { openLooks } from './looks.ts';
import { openLoop } from './loop.ts';
import { LOG_CHECKS } from './monitors/log-checks.ts';
import type { Monitors } from './monitors/monitors.ts';
import { openNotes } from './notes.ts';
import { openOwnRecord, withOwnFacts } from './own-checks.ts';
import type { Plugins } from './plugins/plugins.ts';
import { resumeReboot } from './reboot/resume.ts';
import { closeInterrupted, openRepairing } from './repairing.ts';
import type { CheckResult } from './round.ts';
import { checkOf, schedule } from './schedule.ts';
import { privateBytes, snapshotOf } from './snapshot.ts';
import { openTeller } from './tell.ts';
import { tellNode } from './told-node.ts';
import { restartForChange } from './tune/restart.ts';
import { openRestartRecord } from './unit-restarts.ts';
import { openVerifier } from './verify.ts';
import { openWatching } from './watching.ts';

/** Facts younger than this serve every check that asks at about the same time. */
const FRESH = ms(400);
/** A stalled PLEG is seen at once, and the hung runtime that explains it after 8 s: a young agent hears all checks first. */
const INFORMED_AFTER = seconds(20);
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
  const ownRecord = openOwnRecord(
    clock,
    () => schedule(config),
    () => ledger.state,
  );
  const facts = gatherer(host, { thorough: false, keep: ({ keep = FRESH }) => keep });
  const restarts = openRestartRecord({ clock, gathered: facts, uptime: () => moment().up });
  const memory = { logs: parts.monitors?.conditions, plugins: parts.plugins?.conditions, restarts: restarts.history };
  const gathered = withOwnFacts(facts, ownRecord.facts, memory);
  parts.onNode?.((answer) => tellNode(gathered, answer, clock.now()));
  const casebook = openCasebook(ledger);
  const errands = openErrands({ ...parts, casebook, tell: (step) => tell(step) });
  // What no agent would watch over is nothing that could go on.
  const goesOn = parts.launcher === undefined ? new Set<string>() : await errands.adopt();
  await closeInterrupted(ledger, goesOn);
  const { runtimeDirectory } = config;
  const keepsakes = await openKeepsakes({ host, control: parts.control, gathered, runtimeDirectory });
  const verifier = openVerifier(clock);
  const latest = new Map<string, { readonly at: number; readonly result: CheckResult }>();
  let decisions: ReadonlyMap<string, Decision> = new Map();
  let lastSeen = clock.monotonic();

  const snapshot = (): Promise<Snapshot> =>
    snapshotOf(
      { ...parts, gathered, startedAt, switches: parts.switches(), configuration: parts.configuration?.() },
      { latest, standings: loop.standings, decisions, lastRemedy: repairing.lastRemedy },
    );
  const teller = openTeller({ clock, reporters: parts.reporters, snapshot });
  const decide = openDeciding({
    ...parts,
    errands,
    api,
    gathered,
    casebook,
    healthyRuns: parts.healthyRuns ?? keepsakes.healthyRuns,
  });
  const present = (identity: string) => {
    const standing = loop.standings.find((one) => one.identity === identity);
    return standing && { standing, cause: loop.causeOf(standing) };
  };
  const tell = (step: RemedyStep) => teller.news([], [step]);
  const repairing = openRepairing({
    ...parts,
    ...(parts.launcher === undefined ? {} : { errands }),
    casebook,
    verifier,
    decide,
    present,
    tell,
    wake: (check) => watching.wake(check),
  });
  const begun = clock.monotonic();
  const informed = () =>
    clock.monotonic() - begun >= INFORMED_AFTER || schedule(config).every(({ check }) => latest.has(check.id));

  if (parts.initiative !== false) void resumeReboot({ ...parts, tell, checkOf });
  const notes = openNotes({ clock, ledger, casebook, tell });
  const users = openIncidentUsers({
    host,
    control: parts.control,
    stateDirectory: config.stateDirectory,
    incidentOf: casebook.incidentOf,
    factOf: () => presentFacts(host),
  });
  const loop = openLoop(
    {
      clock,
      casebook,
      decide,
      initiative: parts.initiative ?? true,
      informed,
      async repair(standing) {
        await repairing.repair(standing, decisions.get(standing.identity));
      },
      tell(news) {
        // Only then it is known whether anything is still to come that a condition would have to wait for.
        const isFirstWord = [...news.decisions.keys()].some((identity) => !decisions.has(identity));
        decisions = new Map(news.decisions);
        notes.take(news.standings, decisions);
        if (parts.launcher !== undefined && parts.initiative !== false) errands.take(news.standings);
        if (parts.initiative !== false) users.take(news.standings);
        if (news.transitions.length > 0 || isFirstWord) teller.news(news.transitions, []);
        else teller.touch();
      },
    },
    rememberedStandings(ledger.entries, checkOf),
  );

  const isClearing = (id: string) => loop.standings.some(({ check, state }) => check === id && state === 'clearing');
  const onResult = (result: CheckResult): void => {
    lastSeen = clock.monotonic();
    latest.set(result.check.id, { at: clock.now(), result });
    ownRecord.observe(result);
    verifier.observe(result);
    keepsakes.observe(result);
    parts.plugins?.observe(result);
    if (restarts.look()) watching.wake('unit-restarts');
    loop.observe(result);
    looks.observe(result.check.id);
  };
  const looks = openLooks(host, (check) => watching.wake(check));
  const watching = openWatching(schedule(config), {
    host,
    gathered: lookClosely(gathered, isClearing),
    isClearing,
    signal,
    random: parts.random,
    onResult,
  });
  const open = () => openIncidents(ledger.entries).map(({ incident }) => incident);
  void watchBounds({ host, stateDirectory: config.stateDirectory, open, signal });
  const own = ownFigures;
  const flight = recorder && keepFlightRecord({ clock, recorder, moment, gathered, apiLatency: api.latency, own, signal });
  const say = (event: EventRecord) => {
    parts.say?.(event);
    teller.news([], []);
  };
  const monitoring = parts.monitors?.run({ say, changed: (kind) => watching.wake(LOG_CHECKS[kind]) }, signal);
  const running = parts.plugins?.run({ say, changed: () => watching.wake('custom-plugins') }, signal);
  const ended = watching.ended.then(async () => {
    await Promise.race([Promise.all([monitoring, running]), clock.sleep(LAST_WORDS)]);
    await loop.idle();
    await keepsakes.idle();
    await notes.idle();
    const lastWords = AbortSignal.timeout(LAST_WORDS);
    // A disk that hangs keeps its file open, and must not keep the agent.
    await Promise.all([teller.close(lastWords), Promise.race([flight, clock.sleep(LAST_WORDS)])]);
    await ledger.close();
  });
  const look = (type: string) => looks.now(checkOf(type));
  errands.goOn();
  const isSettingThresholds = () => repairing.current === 'set-eviction-hard';
  const restart = (order: RestartOrder) => restartForChange(order, parts);
  return {
    lastSeen: () => lastSeen,
    reconfigured() {
      for (const check of watching.reschedule(schedule(config))) {
        latest.delete(check);
        loop.forget(check);
      }
      teller.news([], []);
    },
    answer: (request, by, say) =>
      byHand(
        request,
        by,
        { ...parts, casebook, loop, decide, look, repair: repairing.repair, restartForChange: restart, isSettingThresholds },
        say,
      ),
    ended,
  };
}
