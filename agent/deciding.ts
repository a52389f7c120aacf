import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { isKind, type Moment } from '../lib/model/incident.ts';
import type { Remedy } from '../lib/model/remedy.ts';
import type { FactOf } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import { ms } from '../lib/model/units.ts';
import { attemptHistory } from '../lib/policy/budget.ts';
import type { Decision } from '../lib/policy/decide.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import type { ApiWatch } from './api-watch.ts';
import type { Casebook } from './casebook.ts';
import type { Errands } from './drain-remedy/errands.ts';
import { heldAlone, rebootUnderWay, withErrandHold, withReboot } from './drain-remedy/hold.ts';
import { promptFacts } from './facts.ts';
import type { Fleet } from './fleet.ts';
import type { Gatherer } from './gather.ts';
import { configured, type Remembered, readGuards } from './guards.ts';
import type { HealthyIn, HealthyRuns } from './healthy-runs.ts';
import { withHeartbeatHolds } from './heartbeat-holds.ts';
import { judgeProblem } from './judgement.ts';
import { type BlockerQuestion, blockerHolds } from './reboot/holds.ts';

const DECIDE_WITHIN = ms(1500);

export interface DecidingParts {
  readonly host: HostView;
  readonly config: AgentConfig;
  readonly ledger: Ledger;
  readonly casebook: Casebook;
  readonly moment: () => Moment;
  readonly healthyRuns: Pick<HealthyRuns, 'of'>;
  readonly fleet?: Fleet;
  readonly errands?: Pick<Errands, 'hold'>;
  /** The Node's name. */
  readonly node: string;
  readonly api: Pick<ApiWatch, 'steadyFor'>;
  readonly gathered: Pick<Gatherer, 'last'>;
  /** What the Node's annotations said when it was last read: an API server that is away takes no pause back. */
  readonly switches?: () => NodeSwitches;
}

/** A fact of this moment, or none: a hung daemon that is asked once more must not delay its own repair. */
export const presentFacts = (host: HostView): FactOf => promptFacts(host, DECIDE_WITHIN);

/** The checks whose findings are each about one unit. */
const BY_UNIT = ['kubelet-health', 'container-runtime'];

/**
 * In which runs this check has passed. One that speaks of single units has nothing to say of another rung's: whether the kubelet
 * that a second rung restarts was ever well, the kubelet's own check knows.
 */
function healthyFor({ check, fault }: Standing, runs: Pick<HealthyRuns, 'of'>): HealthyIn | undefined {
  const own = runs.of(check);
  if (own === undefined || fault.subject?.endsWith('.service') !== true) return own;
  return Object.assign({}, ...BY_UNIT.map((id) => runs.of(id)), own) as HealthyIn;
}

export type Decide = (standing: Standing, cause: Standing | undefined) => Promise<Decision>;

/** Decides by facts of the moment, and by what the ledger and the agent's memory know. */
export function openDeciding(parts: DecidingParts): Decide {
  const { host, config, ledger, casebook, moment, healthyRuns, fleet, switches } = parts;
  const perOf = (remedy: Remedy) => config.remedies[remedy.id]?.per ?? 0;
  const history = ({ identity, fault }: Standing, remedy: Remedy) =>
    attemptHistory(
      ledger.entries,
      {
        type: fault.type,
        subject: fault.subject,
        remedy: remedy.id,
        incident: casebook.incidentOf(identity),
        again: remedy.again === true,
      },
      perOf(remedy),
      moment(),
    );
  return async (standing, cause) => {
    const factOf = presentFacts(host);
    const healthyIn = healthyFor(standing, healthyRuns);
    const known = healthyIn === undefined ? {} : { healthyIn };
    const remembered = { ...ledgerLost(ledger, moment()), ...known, ...(switches === undefined ? {} : { switches: switches() }) };
    const guards = () => readGuards(factOf, { remembered, configured: configured(config, host.clock.now()) });
    const others = fleet === undefined ? {} : { fleet: fleet.holds };
    const underWay = parts.errands?.hold();
    const reboot = rebootUnderWay(ledger.entries);
    // Before the others are asked: what has to wait for this node's own work takes no place in the fleet's budget.
    const blockers = async (question: BlockerQuestion) => {
      const held = heldAlone(underWay ?? reboot?.hold, question.remedy);
      return held.length > 0 ? held : await blockerHolds(parts, question);
    };
    const judged = await judgeProblem(standing, cause, { config, factOf, history, guards, blockers, ...others });
    const decision = withReboot(withErrandHold(judged, underWay), reboot, casebook.incidentOf(standing.identity));
    return await withHeartbeatHolds(decision, standing, { ...parts, factOf, entries: ledger.entries, now: moment() });
  };
}

function ledgerLost({ state, entries }: Ledger, { boot }: Moment): Remembered {
  if (state.kind === 'disk') return {};
  const intents = entries.filter(isKind('intent')).filter((intent) => intent.boot === boot);
  const restarted = intents.flatMap(({ unit }) => (unit === undefined ? [] : [unit]));
  return { ledgerLost: { why: state.why ?? state.kind, restarted } };
}
