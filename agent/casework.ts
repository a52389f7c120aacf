import type { AgentRequest, RequestEnd, RestartOrder, SayNews } from '../lib/model/request.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import { type Instant, seconds } from '../lib/model/units.ts';
import { byHand } from './by-hand.ts';
import { type RepairCasebook, rememberedStandings } from './casebook.ts';
import type { DaemonFacts } from './daemon-facts.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { openDeciding } from './deciding.ts';
import type { Errands } from './drain-remedy/errands.ts';
import { openFollowUp } from './follow-up.ts';
import type { Keepsakes } from './keepsakes.ts';
import { openLastRemedy } from './last-remedy.ts';
import { openLooks } from './looks.ts';
import { type Loop, openLoop } from './loop.ts';
import { openRepairing } from './repairing.ts';
import type { CheckResult } from './round.ts';
import { checkOf, schedule } from './schedule.ts';
import { snapshotOf } from './snapshot.ts';
import { openTeller } from './tell.ts';
import { restartForChange } from './tune/restart.ts';
import { openVerifier } from './verify.ts';

/** A stalled PLEG is seen at once, and the hung runtime that explains it after 8 s: a young agent hears all checks first. */
const INFORMED_AFTER = seconds(20);

export interface CaseworkParts extends DaemonParts {
  readonly startedAt: Instant;
  readonly facts: Pick<DaemonFacts, 'api' | 'gathered'>;
  readonly casebook: RepairCasebook;
  readonly errands: Errands;
  readonly keepsakes: Pick<Keepsakes, 'healthyRuns'>;
  /** Has a check look now. */
  wake(check: string): void;
}

/** From what a check said to what is done and told: problems with a life, decisions, repairs, and a person's requests among them. */
export interface Casework {
  observe(result: CheckResult): void;
  /** A check that runs no more. */
  forget(check: string): void;
  /** Whether a problem that this check found seems to be over, and is not proved to be. */
  isClearing(check: string): boolean;
  /** Does what a person asked for. */
  answer(request: AgentRequest, by: string, say: SayNews): Promise<RequestEnd>;
  tell(step: RemedyStep): void;
  /** Everybody is told how things are now. */
  tellAll(): void;
  /** Resolves when nothing is being decided, repaired or written. */
  idle(): Promise<void>;
  /** Tells everybody a last time. */
  close(signal: AbortSignal): Promise<void>;
}

type Latest = Map<string, { readonly at: Instant; readonly result: CheckResult }>;

/** Whether every check has had its say, or had the time for it. */
function informedBy(latest: ReadonlyMap<string, unknown>, { host: { clock }, config }: CaseworkParts): () => boolean {
  const begun = clock.monotonic();
  return () => clock.monotonic() - begun >= INFORMED_AFTER || schedule(config).every(({ check }) => latest.has(check.id));
}

/** A circle: what is decided is repaired, what is repaired is told, and what is told is the loop's own news. */
function openCircle(parts: CaseworkParts, latest: Latest) {
  const { errands, ...own } = parts;
  const { facts } = own;
  const { clock } = own.host;
  const initiative = own.initiative ?? true;
  const verifier = openVerifier(clock);
  const snapshot = () =>
    snapshotOf(
      { ...own, ...facts, switches: own.switches(), configuration: own.configuration?.() },
      { latest, standings: loop.standings, decisions: followUp.decisions, lastRemedy: lastRemedy.value },
    );
  const teller = openTeller({ clock, reporters: own.reporters, snapshot });
  const lastRemedy = openLastRemedy(own.ledger.entries);
  const tell = (step: RemedyStep) => {
    lastRemedy.take(step);
    teller.news([], [step]);
  };
  const decide = openDeciding({ ...parts, ...facts, healthyRuns: own.healthyRuns ?? own.keepsakes.healthyRuns });
  const present = (identity: string) => {
    const standing = loop.standings.find((one) => one.identity === identity);
    return standing && { standing, cause: loop.causeOf(standing) };
  };
  const moves = own.launcher === undefined ? {} : { errands };
  const repairing = openRepairing({ ...own, ...moves, verifier, decide, present, tell });
  const followUp = openFollowUp({ ...own, ...moves, teller, tell, initiative, stateDirectory: own.config.stateDirectory });
  const informed = informedBy(latest, parts);
  const repair = async (standing: Standing) => {
    await repairing.repair(standing, followUp.decisions.get(standing.identity));
  };
  const loop: Loop = openLoop(
    { clock, casebook: own.casebook, decide, initiative, informed, repair, tell: followUp.take },
    rememberedStandings(own.ledger.entries, checkOf),
  );
  return { verifier, teller, tell, decide, repairing, followUp, loop };
}

export function openCasework(parts: CaseworkParts): Casework {
  const latest: Latest = new Map();
  const { verifier, teller, tell, decide, repairing, followUp, loop } = openCircle(parts, latest);
  const looks = openLooks(parts.host, parts.wake);
  const requests = {
    ...parts,
    loop,
    decide,
    look: (type: string) => looks.now(checkOf(type)),
    repair: repairing.repair,
    restartForChange: (order: RestartOrder) => restartForChange(order, parts),
    isSettingThresholds: () => repairing.current === 'set-eviction-hard',
  };
  return {
    observe(result) {
      latest.set(result.check.id, { at: parts.host.clock.now(), result });
      verifier.observe(result);
      loop.observe(result);
      looks.observe(result.check.id);
    },
    forget(check) {
      latest.delete(check);
      loop.forget(check);
    },
    isClearing: (id) => loop.standings.some(({ check, state }) => check === id && state === 'clearing'),
    answer: (request, by, say) => byHand(request, by, requests, say),
    tell,
    tellAll: () => teller.news([], []),
    async idle() {
      await loop.idle();
      await followUp.idle();
    },
    close: teller.close,
  };
}
