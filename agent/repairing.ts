import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { type Intent, isKind, type Moment } from '../lib/model/incident.ts';
import type { LastRemedy, RemedyStep } from '../lib/model/snapshot.ts';
import type { Standing } from '../lib/model/standing.ts';
import { unfinished } from '../lib/policy/budget.ts';
import type { Decision } from '../lib/policy/decide.ts';
import { whyUncounted } from '../lib/policy/uncounted.ts';
import type { RepairCasebook } from './casebook.ts';
import { identityOf } from './configuration.ts';
import { type Decide, presentFacts } from './deciding.ts';
import type { Errands } from './drain-remedy/errands.ts';
import { takeEvidence } from './evidence.ts';
import { execute } from './execute.ts';
import type { Fleet } from './fleet.ts';
import { heldByPerson } from './persons-word.ts';
import { planRemedy } from './plan.ts';
import { type RepairParts, repair } from './repair.ts';
import type { Verifier } from './verify.ts';

export interface RepairingParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  /** The Node's name. */
  readonly node: string;
  readonly ledger: Ledger;
  readonly casebook: RepairCasebook;
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

export interface Repairing {
  /** The last one that was begun, by this run of the agent. */
  readonly lastRemedy: LastRemedy | null;
  /** The remedy that is carried out at this moment. */
  readonly current: string | undefined;
  /** Resolves to how it ended; undefined: it was not begun. */
  repair(standing: Standing, decision: Decision | undefined, person?: Person): Promise<RemedyStep | undefined>;
}

/** Somebody asked for it, and waits. */
export interface Person {
  onProgress(text: string): void;
}

/** What the agent was doing when it was ended is over, and has been paid for. */
export async function closeInterrupted(ledger: Ledger, goingOn: ReadonlySet<string> = new Set()): Promise<void> {
  for (const { action, incident, remedy } of unfinished(ledger.entries)) {
    if (goingOn.has(action)) continue;
    // Of a reboot nobody knew the outcome when the agent ended: agent/reboot/resume.ts.
    if (remedy === 'reboot') continue;
    const message = 'the agent ended before it knew the outcome';
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome: 'interrupted', message });
  }
}

/** Carries out what was decided, with everything the daemon has for it. */
export function openRepairing(parts: RepairingParts): Repairing {
  const { host, control, config, ledger, casebook, verifier, decide, errands, signal } = parts;
  let lastRemedy: LastRemedy | null = null;
  /** By identity: what is repaired because a person asked. */
  const asked = new Set<string>();

  const paused = () => heldByPerson(host);
  const collect = ({ action, incident, unit }: Intent) =>
    takeEvidence({
      host,
      control,
      stateDirectory: config.stateDirectory,
      action: `${incident}/${action}`,
      units: unit === undefined ? [] : [unit],
    });

  const repairParts: RepairParts = {
    clock: host.clock,
    ledger,
    plan: (chosen, { fault }) => planRemedy(chosen, { fault, node: parts.node, config }, presentFacts(host)),
    heldByPerson: paused,
    signal,
    execute: (plan, intent, onStep) => {
      const before = ledger.entries;
      return execute(plan, intent, {
        onStep,
        host,
        control,
        append: (event) => ledger.append(event),
        whyUncounted: (written, kept) => whyUncounted(before, written, kept, parts.moment()),
        heldByPerson: paused,
        collect: () => collect(intent),
        launcher: parts.launcher,
        moveWork: errands === undefined ? undefined : (step) => errands.begin(step, intent),
        programIdentity: config.cluster.enabled ? identityOf(config, undefined) : undefined,
        signal,
      });
    },
    stillAllowed: async (chosen, { identity }) => {
      // What it was when the wait began may be over by now, or explained by something else.
      const now = parts.present(identity);
      if (now === undefined) return false;
      // Of what a person vouched for, it was never asked whether it stands long enough.
      const isVouched = asked.has(identity) && now.standing.state === 'suspected';
      const again = await decide(isVouched ? { ...now.standing, state: 'active' } : now.standing, now.cause);
      return again.kind === 'act' && again.remedy.id === chosen.id;
    },
    verified: (about, deadline) => {
      const passed = verifier.passed(about, deadline);
      // Nobody looks again soon at what is no more than a notice.
      if (about.fault.severity === 'notice') parts.wake(about.check);
      return passed;
    },
    tell(step) {
      if (step.remedy !== undefined && step.kind !== 'skipped') lastRemedy = toLastRemedy(step);
      parts.tell(step);
    },
  };

  let current: string | undefined;
  return {
    get current() {
      return current;
    },
    get lastRemedy() {
      return lastRemedy;
    },
    async repair(standing, decision, person) {
      if (decision?.kind !== 'act' || signal.aborted) return undefined;
      const isNotice = standing.fault.severity === 'notice';
      const incident = isNotice ? await casebook.ofNotice(standing) : casebook.incidentOf(standing.identity);
      if (incident === undefined) return undefined;
      const { remedy, disruption } = decision;
      const rung = ledger.entries.filter(isKind('intent')).filter((intent) => intent.incident === incident).length;
      const by = person === undefined ? {} : ({ by: 'doctor', onProgress: person.onProgress } as const);
      if (person !== undefined) asked.add(standing.identity);
      current = remedy.id;
      let last: RemedyStep | undefined;
      try {
        last = await repair(repairParts, { remedy, standing, incident, rung, disruption, ...by });
        return last;
      } finally {
        current = undefined;
        asked.delete(standing.identity);
        // A reboot that goes on beyond this agent keeps its place in the fleet's budget; a drain takes its own when its time has come.
        if (last?.kind !== 'started' || remedy.id !== 'reboot') await parts.fleet?.release();
      }
    },
  };
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
