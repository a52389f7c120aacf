import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { Intent, Moment } from '../../lib/model/incident.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { unfinished } from '../../lib/policy/still-open.ts';
import type { Casebook } from '../casebook.ts';
import { refused, type StepOf, type StepOutcome } from '../steps/step.ts';
import { aboutOf, type Errand, endingOf, endStep, GIVE_BACK, givingBack } from './errand.ts';
import { errandUnit } from './errand-unit.ts';
import { untilCordoned, untilEnded } from './errand-watch.ts';
import { orderOf } from './order.ts';
import { openRest, wasGivenBack, watchOver } from './owned.ts';
import { MOVE_UNIT, moveFiles } from './program.ts';

export interface ErrandParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly config: AgentConfig;
  readonly node: string;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  readonly casebook: Pick<Casebook, 'incidentOf'>;
  tell(step: RemedyStep): void;
  /** Whether a program speaks for this node's claim, and not this agent. */
  onUnderWay?(is: boolean): void;
  readonly signal: AbortSignal;
}

/** Work that is moved in a program of its own: begun here, watched while it lasts, and by nobody otherwise. */
export interface Errands {
  begin(step: StepOf<'move-work'>, intent: Intent): Promise<StepOutcome>;
  /** What holds every other remedy that needs the node for itself; undefined: nothing is under way. */
  hold(): Hold | undefined;
  /** Finds what an agent before this one began; its actions are not over. */
  adopt(): Promise<ReadonlySet<string>>;
  /** Watches over it from here on. */
  goOn(): void;
  /** The problems as they are now: when the one is over for which the node was cordoned, it is given back. */
  take(standings: readonly Standing[]): void;
}

const MOVING = ['cordon', 'drain', 'uncordon'];

export function openErrands(parts: ErrandParts): Errands {
  const { host, config, ledger, signal } = parts;
  const { clock } = host;
  const files = moveFiles(config.stateDirectory);
  const unit = errandUnit(host, parts.control, files);
  const watched = { unit, clock, signal };
  const rest = openRest(clock);
  const isOver = watchOver(clock, parts.casebook, () => ledger.entries);
  let current: Errand | undefined;
  let last: MoveRecord | undefined;
  /** A cordon of ours that stands, and what it was for. */
  let owned: MoveRecord | undefined;

  function setCurrent(errand: Errand | undefined): void {
    current = errand;
    last = undefined;
    parts.onUnderWay?.(errand !== undefined);
  }

  async function close(errand: Errand, record: MoveRecord): Promise<void> {
    const { outcome, message } = endingOf(record);
    const { action, incident, remedy } = errand;
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message });
    owned = record.owned ? record : undefined;
    rest.take(outcome === 'interrupted' ? message : undefined);
    setCurrent(undefined);
    // Whoever uncordoned before us has been told of.
    if (remedy === 'uncordon' && outcome === 'refused') return;
    parts.tell(endStep(errand, { outcome, message }, clock.now()));
  }

  async function watch(errand: Errand): Promise<void> {
    const ended = await untilEnded(errand.action, watched, (record) => {
      last = record;
    });
    if (ended !== undefined) await close(errand, ended);
  }

  async function begin({ verb }: StepOf<'move-work'>, intent: Intent): Promise<StepOutcome> {
    if (current !== undefined) return refused(`${current.remedy} is under way`);
    const made = await orderOf(parts, intent, { verb, recordFile: files.record });
    if (made === undefined) return refused('remedies.drain is not configured');
    // Of a cordon that is taken back the incident is closed, and may be forgotten; the order before this one says what it was for.
    const before = verb === 'uncordon' ? await unit.order() : undefined;
    const order = before?.incident === made.incident ? { ...made, reason: before.reason } : made;
    const about = aboutOf(intent);
    const stopped =
      (await unit.place(order, { verb, ...about, stage: 'begun', owned: owned !== undefined })) ?? (await unit.launch());
    if (stopped !== undefined) return stopped;
    const errand = { ...about, remedy: intent.remedy, reason: order.reason };
    setCurrent(errand);
    void watch(errand);
    if (verb !== 'uncordon') await untilCordoned(intent.action, watched);
    return { kind: 'begun', why: `${MOVE_UNIT} is at work` };
  }

  async function giveBack(record: MoveRecord): Promise<void> {
    const intent = givingBack(record, ledger.newAction(record.incident));
    const { action, incident, remedy } = intent;
    await ledger.append(intent);
    const { kind, why } = await begin(GIVE_BACK, intent);
    if (kind === 'begun') return;
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome: 'failed', message: why });
    rest.take(why);
  }

  return {
    begin,
    hold() {
      const why = rest.why();
      if (current === undefined) return why === undefined ? undefined : { id: 'cooldown', why: `put off: ${why}` };
      return { id: 'under-way', why: `${current.remedy} for ${current.reason}: ${last?.held ?? last?.stage ?? 'begun'}` };
    },
    async adopt() {
      const begun = unfinished(ledger.entries).filter(({ remedy }) => MOVING.includes(remedy));
      const [order, record] = await Promise.all([unit.order(), unit.record()]);
      if (record?.stage === 'ended' && record.owned) owned = record;
      const mine = begun.find(({ action }) => action === order?.action);
      if (mine === undefined || order === undefined) return new Set();
      setCurrent({ ...aboutOf(mine), remedy: mine.remedy, reason: order.reason });
      return new Set([mine.action]);
    },
    goOn() {
      if (current !== undefined) void watch(current);
    },
    take(standings) {
      if (owned === undefined || current !== undefined || rest.why() !== undefined || signal.aborted) return;
      if (config.mode !== 'remedy' || config.remedies.uncordon?.enabled === false || !isOver(owned, standings)) return;
      // A host that was rebooted is validated first; who proves that it is well uncordons it.
      if (unfinished(ledger.entries).some(({ remedy }) => remedy === 'reboot')) return;
      const record = owned;
      owned = undefined;
      if (wasGivenBack(ledger.entries, record)) return;
      void giveBack(record).then(() => {
        // What did not begin is tried again after its rest.
        if (rest.why() !== undefined) owned ??= record;
      });
    },
  };
}
