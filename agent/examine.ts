import { checks } from '../lib/checks/index.ts';
import { survivalOf } from '../lib/checks/runtime/restart-facts.ts';
import type { AgentConfig } from '../lib/config/schema.ts';
import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Fault } from '../lib/model/finding.ts';
import { nearest } from '../lib/model/nearest.ts';
import type { DoctorReport, NextRemedy, SignalReport } from '../lib/model/report.ts';
import { standingGuards } from '../lib/policy/guards.ts';
import { ladderOf } from '../lib/policy/ladder.ts';
import { nextRemedy, type Survival } from '../lib/policy/next.ts';
import { buildReport } from '../lib/policy/report.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { dockerInfo } from '../lib/sources/docker-info.ts';
import { evictionHistory } from '../lib/sources/eviction-history.ts';
import { toSignalReports } from '../lib/sources/eviction-report.ts';
import { evictionSignals } from '../lib/sources/eviction-signals.ts';
import { liveRestore } from '../lib/sources/live-restore.ts';
import { nodeState } from '../lib/sources/node-state.ts';
import { pressure } from '../lib/sources/pressure.ts';
import { runtimeEndpoint } from '../lib/sources/runtime-endpoint.ts';
import { runtimeShims } from '../lib/sources/runtime-shims.ts';
import { runtimeUnits } from '../lib/sources/runtime-units.ts';
import { factOf, type Round, runRound, type SelectedCheck } from './round.ts';

export interface Examination {
  readonly config: AgentConfig;
  /** Check ids; empty: all that are enabled. */
  readonly only?: readonly string[];
  readonly version: string;
}

function refuseUnknown(only: readonly string[]): void {
  const ids = checks.map(({ id }) => id);
  for (const name of only) {
    if (ids.includes(name)) continue;
    const closest = nearest(name, ids);
    const hint = closest === undefined ? `one of: ${ids.join(', ')}` : `did you mean ${closest}?`;
    throw new AgentError('ARGUMENT_INVALID', `--only: no check ${JSON.stringify(name)}; ${hint}`);
  }
}

/** A check that is named runs, even if the configuration switched it off: a person asked for it. */
function selectChecks(config: AgentConfig, only: readonly string[]): readonly SelectedCheck[] {
  refuseUnknown(only);
  return checks.flatMap((check) => {
    const { enabled = true, interval: _interval, ...settings } = config.checks[check.id] ?? {};
    const selected = only.length === 0 ? enabled : only.includes(check.id);
    return selected ? [{ check, settings: settings as SelectedCheck['settings'] }] : [];
  });
}

/** Signals for the report; none where the round had no reason to read them. */
async function signalsOf(round: Round): Promise<readonly SignalReport[]> {
  if (!round.results.some(({ check }) => check.id === 'eviction-signals')) return [];
  const [fact, history] = await Promise.all([factOf(round, evictionSignals), factOf(round, evictionHistory)]);
  return fact === undefined ? [] : toSignalReports(fact, history);
}

type SurvivalOf = (fault: Fault) => Survival | undefined;

/** What a restart of the runtime would do to the containers: asked only when a runtime is in trouble. */
async function survivalOfRound(round: Round): Promise<SurvivalOf> {
  const troubled = round.results.some(({ findings }) => findings.some(({ verdict }) => verdict === 'fail' || verdict === 'warn'));
  if (!troubled || !round.results.some(({ check }) => check.id === 'container-runtime')) return () => undefined;
  const [endpoint, units, info, proof, shims] = await Promise.all([
    factOf(round, runtimeEndpoint),
    factOf(round, runtimeUnits),
    factOf(round, dockerInfo),
    factOf(round, liveRestore),
    factOf(round, runtimeShims),
  ]);
  const sources = {
    units: units ?? { kind: 'unknown' as const, why: 'systemctl did not answer' },
    info: info ?? { kind: 'unknown' as const, why: 'docker did not answer' },
    liveRestore: proof,
    shims,
  };
  return ({ subject }) => {
    const unit = subject?.endsWith('.service') === true ? subject : endpoint?.services[0]?.units[0];
    return unit === undefined ? undefined : survivalOf(unit, sources);
  };
}

async function guardsOf(round: Round): Promise<readonly string[]> {
  const [state, pressed] = await Promise.all([factOf(round, nodeState), factOf(round, pressure)]);
  const stall = pressed?.stall.kind === 'measured' ? pressed.stall : undefined;
  return standingGuards({ uptime: state?.uptime, paused: state?.pause !== undefined, starved: stall?.cpu.some.avg10 });
}

/** One pass of the checks, judged and explained: what doctor prints. */
export async function examine(host: HostView, { config, only = [], version }: Examination): Promise<DoctorReport> {
  const round = await runRound(host, selectChecks(config, only));
  const [state, signals, survival, guards] = await Promise.all([
    factOf(round, nodeState),
    signalsOf(round),
    survivalOfRound(round),
    guardsOf(round),
  ]);
  const next = (fault: Fault, cause: Fault | undefined): NextRemedy | undefined =>
    nextRemedy(fault, ladderOf(fault, cause, problems, config.ladders), {
      mode: config.mode,
      remedies,
      allowed: config.remedies,
      guards,
      survival: survival(fault),
    });
  const node = config.nodeName === 'auto' ? (state?.hostname ?? '') : config.nodeName;
  return buildReport({ at: round.at, node, version, checks: round.results, signals, next });
}
