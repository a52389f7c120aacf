import type { HostView } from '../lib/host/host.ts';
import type { Check, Facts } from '../lib/model/check.ts';
import { messageOf } from '../lib/model/error-words.ts';
import { type Finding, unknown } from '../lib/model/finding.ts';
import { formatDuration } from '../lib/model/quantity.ts';
import type { Settings, SettingValues } from '../lib/model/setting.ts';
import { isUnavailable, known, type Source } from '../lib/model/source.ts';
import { type Duration, type Instant, seconds } from '../lib/model/units.ts';
import { isFault } from '../lib/policy/report.ts';
import { type Gatherer, gatherer } from './gather.ts';

/** doctor promises an answer in 10 s whatever hangs; what is not there by now is `unknown`. */
const ROUND_DEADLINE = seconds(9.4);

export interface CheckResult {
  readonly check: Check;
  readonly findings: readonly Finding[];
  /** Until the last of its sources was read. */
  readonly took: Duration;
}

/** One pass of checks over one set of facts. */
export interface Round {
  readonly at: Instant;
  readonly results: readonly CheckResult[];
  readonly gatherer: Gatherer;
}

export interface SelectedCheck {
  readonly check: Check;
  readonly settings: SettingValues<Settings>;
}

/** A fault is looked at again soon: it decides when to act, and when all is well again. */
export function needsAnotherLook(findings: readonly Finding[]): boolean {
  return findings.some((finding) => isFault(finding) && finding.severity !== 'notice');
}

async function factsOf(check: Check, gathered: Pick<Gatherer, 'fact'>): Promise<Record<string, unknown>> {
  const reads = Object.entries(check.sources).map(async ([name, source]) => {
    const isOptional = 'optional' in source;
    const fact = await gathered.fact<unknown>(isOptional ? source.optional : source);
    return { name, fact, blocks: !isOptional && isUnavailable(fact) };
  });
  const facts = await Promise.all(reads);
  const missing = facts.find(({ blocks }) => blocks);
  if (missing !== undefined && isUnavailable(missing.fact)) throw new Unreadable(missing.fact.unavailable);
  return Object.fromEntries(facts.map(({ name, fact }) => [name, fact]));
}

class Unreadable extends Error {}

/** Reads what one check needs and judges it; trouble is never told on the word of facts that were kept from before it. */
export async function judge(selected: SelectedCheck, gathered: Gatherer, now: Instant): Promise<readonly Finding[]> {
  const look = gathered.look?.(selected.check.id);
  if (look === undefined) return judgeOnce(selected, gathered, now);
  const first = await judgeOnce(selected, look, now);
  const findings = needsAnotherLook(first) ? await judgeOnce(selected, look.again(), now) : first;
  look.end(needsAnotherLook(findings));
  return findings;
}

/** Whatever goes wrong is `unknown` with its reason. */
async function judgeOnce({ check, settings }: SelectedCheck, gathered: Pick<Gatherer, 'fact'>, now: Instant) {
  try {
    const facts = await factsOf(check, gathered);
    return check.evaluate(facts as Facts<Check['sources']>, { now, settings });
  } catch (error) {
    const defect = error instanceof Unreadable ? '' : 'internal error: ';
    return [unknown(`${defect}${messageOf(error)}`)];
  }
}

/** Runs the checks side by side; one that cannot finish in time is `unknown` and holds up none of the others. */
export async function runRound(host: HostView, checks: readonly SelectedCheck[]): Promise<Round> {
  const at = host.clock.now();
  const started = host.clock.monotonic();
  const gathered = gatherer(host);
  const ended = new AbortController();
  const late = host.clock
    .sleep(ROUND_DEADLINE, ended.signal)
    .then(() => [unknown(`not finished within ${formatDuration(ROUND_DEADLINE)}`)]);
  late.catch(() => undefined);

  const results = await Promise.all(
    checks.map(async (selected) => {
      const findings = await Promise.race([judge(selected, gathered, at), late]);
      return { check: selected.check, findings, took: host.clock.monotonic() - started };
    }),
  );
  ended.abort();
  return { at, results, gatherer: gathered };
}

/** The fact of a source this round already read, or reads now. */
export async function factOf<Fact>(round: Round, source: Source<Fact>): Promise<Fact | undefined> {
  return known(await round.gatherer.fact(source));
}
