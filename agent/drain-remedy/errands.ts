import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { ActionOutcome, Intent, Moment } from '../../lib/model/incident.ts';
import type { MoveRecord } from '../../lib/model/move-work.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { seconds } from '../../lib/model/units.ts';
import { unfinished } from '../../lib/policy/budget.ts';
import type { Casebook } from '../casebook.ts';
import { refused, type StepOf, type StepOutcome } from '../steps/step.ts';
import { errandUnit } from './errand-unit.ts';
import { orderOf } from './order.ts';
import { openRest, watchOver } from './owned.ts';
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
const LOOK_EVERY = seconds(3);
/** A unit that has ended without a word is begun again: it goes on where it was. */
const DEAD_LOOKS = 2;
const CORDONED_WITHIN = seconds(45);

const KIND: Partial<Record<ActionOutcome, RemedyStep['kind']>> = {
  succeeded: 'succeeded',
  interrupted: 'skipped',
  refused: 'skipped',
};

type Errand = Pick<Intent, 'action' | 'incident' | 'remedy' | 'type' | 'subject'> & { readonly reason: string };

const aboutOf = ({ action, incident, type, subject }: Pick<Intent, 'action' | 'incident' | 'type' | 'subject'>) => ({
  action,
  incident,
  type,
  ...(subject === undefined ? {} : { subject }),
});

export function openErrands(parts: ErrandParts): Errands {
  const { host, config, ledger, signal } = parts;
  const { clock } = host;
  const files = moveFiles(config.stateDirectory);
  const unit = errandUnit(host, parts.control, files);
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
    const { outcome = 'failed', message = 'it ended without a word' } = record.ending ?? {};
    const { action, incident, remedy, reason } = errand;
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message });
    owned = record.owned ? record : undefined;
    rest.take(outcome === 'interrupted' ? message : undefined);
    setCurrent(undefined);
    const { action: _, incident: __, ...about } = aboutOf(errand);
    parts.tell({ kind: KIND[outcome] ?? 'failed', at: clock.now(), ...about, reason, remedy, message, outcome });
  }

  /** Until it has said how it ended. Told to end, this agent leaves it alone: the next one takes it up. */
  async function watch(errand: Errand): Promise<void> {
    let deadLooks = 0;
    while (!signal.aborted) {
      const record = await unit.record();
      last = record?.action === errand.action ? record : undefined;
      if (last?.stage === 'ended') return await close(errand, last);
      deadLooks = (await unit.isDead()) ? deadLooks + 1 : 0;
      if (deadLooks >= DEAD_LOOKS) {
        deadLooks = 0;
        await unit.launch();
      }
      await clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
    }
  }

  /** The claim that was made for it stands until the node is cordoned: two that begin at once see one another. */
  async function awaitCordon(action: string): Promise<void> {
    const until = clock.monotonic() + CORDONED_WITHIN;
    while (!signal.aborted && clock.monotonic() < until) {
      const record = await unit.record();
      if (record?.action === action && record.stage !== 'begun' && record.stage !== 'cordoning') return;
      await clock.sleep(seconds(1), signal).catch(() => undefined);
    }
  }

  async function begin({ verb }: StepOf<'move-work'>, intent: Intent): Promise<StepOutcome> {
    if (current !== undefined) return refused(`${current.remedy} is under way`);
    const order = await orderOf(parts, intent, { verb, recordFile: files.record });
    if (order === undefined) return refused('remedies.drain is not configured');
    const about = aboutOf(intent);
    const stopped =
      (await unit.place(order, { verb, ...about, stage: 'begun', owned: owned !== undefined })) ?? (await unit.launch());
    if (stopped !== undefined) return stopped;
    const errand = { ...about, remedy: intent.remedy, reason: order.reason };
    setCurrent(errand);
    void watch(errand);
    if (verb !== 'uncordon') await awaitCordon(intent.action);
    return { kind: 'begun', why: `${MOVE_UNIT} is at work` };
  }

  async function giveBack({ incident, type, subject }: MoveRecord): Promise<void> {
    const [action, remedy] = [ledger.newAction(incident), 'uncordon'] as const;
    const step = { do: 'move-work', verb: 'uncordon' } as const;
    const about = aboutOf({ action, incident, type, ...(subject === undefined ? {} : { subject }) });
    const intent: Intent = { kind: 'intent', ...about, remedy, rung: 0, disruption: 'none', plan: [step], by: 'agent' };
    await ledger.append(intent);
    const { kind, why } = await begin(step, intent);
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
      void giveBack(record).then(() => {
        // What did not begin is tried again after its rest.
        if (rest.why() !== undefined) owned ??= record;
      });
    },
  };
}
