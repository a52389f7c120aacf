import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { holdInWords } from '../lib/model/guard.ts';
import type { Intent, Moment } from '../lib/model/incident.ts';
import type { Plan } from '../lib/model/remedy.ts';
import type { RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import { seconds } from '../lib/model/units.ts';
import { whyUncounted } from '../lib/policy/uncounted.ts';
import { identityOf } from './configuration.ts';
import { type Decide, presentFacts } from './deciding.ts';
import type { Errands } from './drain-remedy/errands.ts';
import { takeEvidence } from './evidence.ts';
import { execute } from './execute.ts';
import type { Fleet } from './fleet.ts';
import { heldByPerson } from './persons-word.ts';
import { planRemedy } from './plan.ts';
import type { RepairParts } from './repair.ts';
import type { Verifier } from './verify.ts';

/** What the daemon has for a repair. */
export interface RepairMeans {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly node: string;
  readonly ledger: Ledger;
  readonly verifier: Verifier;
  readonly decide: Decide;
  /** A problem as it is now, with what explains it; undefined: it is over. */
  present(identity: string): { readonly standing: Standing; readonly cause: Standing | undefined } | undefined;
  readonly moment: () => Moment;
  readonly fleet?: Fleet;
  /** Absent: no work is moved. */
  readonly errands?: Pick<Errands, 'begin'>;
  tell(step: RemedyStep): void;
  /** The launcher beside this program; absent: none of its commands is run for a remedy. */
  readonly launcher?: string;
  /** Has a check look now. */
  wake(check: string): void;
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
}

function takeEvidenceFor({ action, incident, unit }: Intent, { host, control, config }: RepairMeans) {
  const units = unit === undefined ? [] : [unit];
  return takeEvidence({ host, control, stateDirectory: config.stateDirectory, action: `${incident}/${action}`, units });
}

/** Long enough for a person's word, or for the problem to pass. */
const A_WHILE = seconds(1);

/** The breaker may have opened since the decision. */
async function confirm({ host, fleet, present, signal }: RepairMeans, remedy: string, { identity, fault }: Standing) {
  const { clock } = host;
  const began = clock.monotonic();
  const hold = await fleet?.confirm({ remedy, reason: fault.reason }, signal);
  if (hold !== undefined) return holdInWords(hold);
  if (clock.monotonic() - began < A_WHILE) return undefined;
  return (await heldByPerson(host)) ?? (present(identity) === undefined ? 'it is over' : undefined);
}

const executor =
  (means: RepairMeans): RepairParts['execute'] =>
  (plan: Plan, intent, onStep, standing) => {
    const { host, control, config, ledger, errands, signal } = means;
    const before = ledger.entries;
    return execute(plan, intent, {
      onStep,
      host,
      control,
      append: (event) => ledger.append(event),
      whyUncounted: (written, kept) => whyUncounted(before, written, kept, means.moment()),
      heldByPerson: () => heldByPerson(host),
      confirm: () => confirm(means, intent.remedy, standing),
      collect: () => takeEvidenceFor(intent, means),
      launcher: means.launcher,
      moveWork: errands === undefined ? undefined : (step) => errands.begin(step, intent),
      programIdentity: config.cluster.enabled ? identityOf(config, undefined) : undefined,
      signal,
    });
  };

/** What a repair asks for, by the daemon's means. `asked`: identities of what is repaired because a person asked. */
export function repairParts(means: RepairMeans, asked: ReadonlySet<string>): RepairParts {
  const { host, config, ledger, verifier, decide, signal } = means;
  return {
    clock: host.clock,
    ledger,
    plan: (chosen, { fault }) => planRemedy(chosen, { fault, node: means.node, config }, presentFacts(host)),
    heldByPerson: () => heldByPerson(host),
    signal,
    execute: executor(means),
    stillAllowed: async (chosen, { identity }) => {
      // What it was when the wait began may be over by now, or explained by something else.
      const now = means.present(identity);
      if (now === undefined) return false;
      // Of what a person vouched for, it was never asked whether it stands long enough.
      const isVouched = asked.has(identity) && now.standing.state === 'suspected';
      const again = await decide(isVouched ? { ...now.standing, state: 'active' } : now.standing, now.cause);
      return again.kind === 'act' && again.remedy.id === chosen.id;
    },
    verified: (about, deadline) => {
      const passed = verifier.passed(about, deadline);
      // Nobody looks again soon at what is no more than a notice.
      if (about.fault.severity === 'notice') means.wake(about.check);
      return passed;
    },
    tell: (step) => means.tell(step),
  };
}
