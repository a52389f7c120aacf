import type { AgentConfig } from '../lib/config/schema.ts';
import { readLedger } from '../lib/ledger/read.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { seconds } from '../lib/model/units.ts';
import { HEALTH_STATUS, healthOf } from '../lib/policy/health.ts';
import type { Log } from '../lib/reporters/log.ts';
import type { Node } from './compose.ts';
import { lookAround } from './look-around.ts';
import { composeReporters } from './reporters.ts';
import { snapshotOf } from './snapshot.ts';
import { statePaths } from './state-paths.ts';
import { version } from './version.ts';

/** An API server that does not answer must not keep a person, or cron. */
const LAST_WORDS = seconds(8);

export interface OnceParts {
  readonly node: Node;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly name: string;
  readonly log: Log;
  readonly moment: () => Moment;
}

/** One pass of checks, decisions and report; nothing is repaired, for one look shows no persistence. Exits by health, as doctor does. */
export async function once({ node, config, name, log, moment }: OnceParts): Promise<number> {
  const { host } = node;
  const startedAt = host.clock.now();
  const paths = statePaths(config);
  const { entries } = await readLedger([paths.ledger, paths.runtimeLedger]);
  const { round, standings, decisions } = await lookAround(host, { config, tried: { entries, now: moment() } });
  const { all, switches } = await composeReporters({ node, config, version, log, random: Math.random });
  const latest = new Map(round.results.map((result) => [result.check.id, { at: round.at, result }]));
  const told: Snapshot = await snapshotOf(
    { host, gathered: round.gatherer, config, node: name, version, startedAt, switches: switches() },
    { latest, standings, decisions, lastRemedy: null },
  );
  const tidings = { snapshot: told, transitions: [], steps: [], monotonic: host.clock.monotonic() };
  await Promise.allSettled(all.map((reporter) => reporter.report(tidings)));
  const bound = AbortSignal.timeout(LAST_WORDS);
  await Promise.allSettled(all.map((reporter) => reporter.close?.(bound)));
  const severities = standings.map(({ fault }) => fault.severity);
  return HEALTH_STATUS[
    healthOf(
      severities,
      told.checks.map(({ status }) => status),
    )
  ];
}
