import { checks } from '../lib/checks/index.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostControl, HostView } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { type Intent, isKind, type Moment } from '../lib/model/incident.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import type { LastRemedy, RemedyStep, Reporter, Snapshot } from '../lib/model/snapshot.ts';
import { isUnavailable, type Source } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import { ms, seconds } from '../lib/model/units.ts';
import { attemptHistory, unfinished } from '../lib/policy/budget.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import { within } from '../lib/sources/within.ts';
import { openCasebook, rememberedStandings } from './casebook.ts';
import { takeEvidence } from './evidence.ts';
import { execute } from './execute.ts';
import { gatherer } from './gather.ts';
import { readGuards } from './guards.ts';
import { type FactOf, judgeProblem } from './judgement.ts';
import { openLoop } from './loop.ts';
import { planRemedy } from './plan.ts';
import { repair } from './repair.ts';
import type { CheckResult } from './round.ts';
import { snapshotOf } from './snapshot.ts';
import { openTeller } from './tell.ts';
import { openVerifier } from './verify.ts';
import { type ScheduledCheck, watch } from './watch.ts';

/** Facts younger than this serve every check that asks at about the same time. */
const FRESH = ms(400);
const DECIDE_WITHIN = ms(1500);
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

function schedule(config: AgentConfig): readonly ScheduledCheck[] {
  return checks.flatMap((check) => {
    const { enabled = true, interval = check.interval, ...settings } = config.checks[check.id] ?? {};
    return enabled ? [{ check, interval, settings: settings as ScheduledCheck['settings'] }] : [];
  });
}

const checkOf = (type: string): string => checks.find(({ problems }) => problems.some((one) => one.type === type))?.id ?? '';

/** What the agent was doing when it was ended is over, and has been paid for. */
async function closeInterrupted(ledger: Ledger): Promise<void> {
  for (const { action, incident, remedy } of unfinished(ledger.entries)) {
    const message = 'the agent ended before it knew the outcome';
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome: 'interrupted', message });
  }
}

/** A fact of this moment, or none: a hung daemon that is asked once more must not delay its own repair. */
function presentFacts(host: HostView): FactOf {
  const gathered = gatherer(host, { thorough: false });
  return async <Fact>(source: Source<Fact>) => {
    const fact = await within(host, gathered.fact(source), DECIDE_WITHIN);
    return fact === undefined || isUnavailable(fact) ? undefined : fact;
  };
}

export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { host, config, ledger, moment, signal } = parts;
  const { clock } = host;
  const startedAt = clock.now();
  const gathered = gatherer(host, { thorough: false, keep: ({ keep = FRESH }) => keep });
  await closeInterrupted(ledger);
  const casebook = openCasebook(ledger);
  const verifier = openVerifier(clock);
  const latest = new Map<string, { readonly at: number; readonly result: CheckResult }>();
  let decisions: ReadonlyMap<string, Decision> = new Map();
  let lastRemedy: LastRemedy | null = null;
  let lastSeen = clock.monotonic();

  const perOf = (remedy: Remedy) => config.remedies[remedy.id]?.per ?? 0;
  const history = ({ identity, fault }: Standing, remedy: Remedy) =>
    attemptHistory(
      ledger.entries,
      { type: fault.type, subject: fault.subject, remedy: remedy.id, incident: casebook.incidentOf(identity) },
      perOf(remedy),
      moment(),
    );
  const decide = (standing: Standing, cause: Standing | undefined): Promise<Decision> => {
    const factOf = presentFacts(host);
    return judgeProblem(standing, cause, {
      config,
      factOf,
      history,
      guards: () => readGuards(factOf, { remembered: remembered(ledger, moment()) }),
    });
  };

  const snapshot = (): Promise<Snapshot> =>
    snapshotOf(
      { host, gathered, config, node: parts.node, version: parts.version, startedAt, switches: parts.switches() },
      { latest, standings: loop.standings, decisions, lastRemedy },
    );
  const teller = openTeller({ clock, reporters: parts.reporters, snapshot });

  const tellStep = (step: RemedyStep): void => {
    if (step.remedy !== undefined && step.kind !== 'skipped') lastRemedy = toLastRemedy(step);
    teller.news([], [step]);
  };
  const collect = ({ action, unit }: Intent) =>
    takeEvidence({
      host,
      control: parts.control,
      stateDirectory: config.stateDirectory,
      action,
      units: unit === undefined ? [] : [unit],
    });
  const loop = openLoop(
    {
      clock,
      casebook,
      decide,
      async repair(standing, remedy) {
        const incident = casebook.incidentOf(standing.identity);
        const decision = decisions.get(standing.identity);
        if (incident === undefined || decision?.kind !== 'act' || signal.aborted) return;
        const rung = ledger.entries.filter(isKind('intent')).filter((intent) => intent.incident === incident).length;
        await repair(
          {
            clock,
            ledger,
            plan: (chosen, { fault }) => planRemedy(chosen, { fault, node: parts.node }, presentFacts(host)),
            execute: (plan, intent) =>
              execute(plan, intent, {
                host,
                control: parts.control,
                append: (event) => ledger.append(event),
                collect: () => collect(intent),
                signal,
              }),
            stillAllowed: async (chosen, about) => {
              const again = await decide(about, undefined);
              return again.kind === 'act' && again.remedy.id === chosen.id;
            },
            verified: (about, within) => verifier.passed(about, within),
            tell: tellStep,
          },
          { remedy, standing, incident, rung, disruption: decision.disruption },
        );
      },
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
  const ended = watching.then(async () => {
    await loop.idle();
    await teller.close(AbortSignal.timeout(LAST_WORDS));
    await ledger.close();
  });
  return { lastSeen: () => lastSeen, ended };
}

function remembered({ state, entries }: Ledger, { boot }: Moment) {
  if (state.kind === 'disk') return {};
  const intents = entries.filter(isKind('intent')).filter((intent) => intent.boot === boot);
  const restarted = intents.flatMap(({ unit }) => (unit === undefined ? [] : [unit]));
  return { ledgerLost: { why: state.why ?? state.kind, restarted } };
}

function toLastRemedy({ remedy = '', type, reason, subject, at, outcome, message }: RemedyStep): LastRemedy {
  const about = subject === undefined ? '' : ` (${subject})`;
  return {
    remedy,
    problem: `${type}/${reason}${about}`,
    at: new Date(at).toISOString(),
    ...(outcome === undefined ? {} : { outcome }),
    message,
  };
}
