import type { AgentConfig } from '../../lib/config/schema.ts';
import { parseOrder, parseRecord } from '../../lib/drain-remedy/record.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { EntryOf, Intent, Moment } from '../../lib/model/incident.ts';
import type { MoveOrder, MoveRecord } from '../../lib/model/move-work.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { unfinished } from '../../lib/policy/budget.ts';
import { identityOf } from '../../lib/policy/track.ts';
import type { Casebook } from '../casebook.ts';
import { lookAtOne } from '../steps/look.ts';
import { failed, refused, type StepOf, type StepOutcome, stopAt } from '../steps/step.ts';
import { orderOf } from './order.ts';
import { MOVE_UNIT, moveFiles, moveProgram } from './program.ts';

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
  /** What holds every other remedy that needs a quiet node; undefined: nothing is under way. */
  hold(): Hold | undefined;
  /** Finds what an agent before this one began; its actions are not over. */
  adopt(): Promise<ReadonlySet<string>>;
  /** Watches over it from here on. */
  goOn(): void;
  /** The problems as they are now: when the one is over for which the node was cordoned, it is given back. */
  take(standings: readonly Standing[]): void;
}

/** What it does is told by these remedies. */
const MOVING = ['cordon', 'drain', 'uncordon'];
const LOOK_EVERY = seconds(3);
/** A unit that has ended without a word is begun again: it goes on where it was. */
const DEAD_LOOKS = 2;
const CORDONED_WITHIN = seconds(45);
/** After something that could not be begun, the others or the API server are not asked again at once. */
const REST: Duration = seconds(60);
const LONGEST_REST: Duration = minutes(10);
const OVER_FOR: Duration = seconds(20);

type Errand = Pick<Intent, 'action' | 'incident' | 'remedy' | 'type' | 'subject'> & { readonly reason: string };

export function openErrands(parts: ErrandParts): Errands {
  const { host, control, config, ledger, signal } = parts;
  const { clock } = host;
  const files = moveFiles(config.stateDirectory);
  let current: Errand | undefined;
  let last: MoveRecord | undefined;
  /** A cordon of ours that stands, and what it was for. */
  let owned: MoveRecord | undefined;
  let overSince: Duration | undefined;
  let resting: { readonly why: string; readonly span: Duration; readonly until: Duration } | undefined;

  async function readText(path: string): Promise<string> {
    const file = await host.readFile(path);
    return file.kind === 'text' ? file.text : '';
  }

  const readRecord = async () => parseRecord(await readText(files.record));

  async function launch(): Promise<StepOutcome | undefined> {
    await control.control({ kind: 'unit', verb: 'reset-failed', unit: MOVE_UNIT });
    const answer = await control.control({ kind: 'begin-program', unit: MOVE_UNIT, argv: moveProgram(files.order) });
    return stopAt(answer, MOVE_UNIT);
  }

  function setCurrent(errand: Errand | undefined): void {
    current = errand;
    parts.onUnderWay?.(errand !== undefined);
  }

  /** Twice as long each time, so that who is held for a night does not fill the ledger. */
  function rest(why: string | undefined): void {
    const before = resting?.span ?? 0;
    const span = Math.min(LONGEST_REST, Math.max(REST, 2 * before));
    resting = why === undefined ? undefined : { why, span, until: clock.monotonic() + span };
  }

  async function close(errand: Errand, record: MoveRecord): Promise<void> {
    const { outcome = 'failed', message = 'it ended without a word' } = record.ending ?? {};
    const { action, incident, remedy, type, reason, subject } = errand;
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message });
    owned = record.owned ? record : undefined;
    overSince = undefined;
    rest(outcome === 'interrupted' ? message : undefined);
    setCurrent(undefined);
    const kind = { succeeded: 'succeeded', interrupted: 'skipped', refused: 'skipped' }[outcome as string] ?? 'failed';
    const about = { type, reason, remedy, ...(subject === undefined ? {} : { subject }) };
    parts.tell({ kind: kind as RemedyStep['kind'], at: clock.now(), ...about, message, outcome });
  }

  /** Until it has said how it ended. Told to end, this agent leaves it alone: the next one takes it up. */
  async function watch(errand: Errand): Promise<void> {
    let deadLooks = 0;
    while (!signal.aborted) {
      const record = await readRecord();
      last = record?.action === errand.action ? record : undefined;
      if (last?.stage === 'ended') return await close(errand, last);
      const unit = await lookAtOne(host, MOVE_UNIT);
      const isDead = unit !== undefined && unit.activeState !== 'active' && unit.activeState !== 'activating';
      deadLooks = isDead ? deadLooks + 1 : 0;
      if (deadLooks >= DEAD_LOOKS) {
        deadLooks = 0;
        await launch();
      }
      await clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
    }
  }

  /** A claim that this agent made for it stands until the node is cordoned: two that begin at once see one another. */
  async function awaitCordon(action: string): Promise<void> {
    const until = clock.monotonic() + CORDONED_WITHIN;
    while (!signal.aborted && clock.monotonic() < until) {
      const record = await readRecord();
      if (record?.action === action && record.stage !== 'begun' && record.stage !== 'cordoning') return;
      await clock.sleep(seconds(1), signal).catch(() => undefined);
    }
  }

  async function write(path: string, content: MoveOrder | MoveRecord): Promise<string | undefined> {
    const answer = await control.control({ kind: 'write-file', path, text: `${JSON.stringify(content)}\n`, mode: 0o600 });
    return answer.kind === 'done' ? undefined : `${path} could not be written`;
  }

  async function begin({ verb }: StepOf<'move-work'>, intent: Intent): Promise<StepOutcome> {
    if (current !== undefined) return refused(`${current.remedy} is under way`);
    const { action, incident, type, subject } = intent;
    const about = { verb, action, incident, type, ...(subject === undefined ? {} : { subject }) };
    const order = await orderOf(parts, intent, { verb, recordFile: files.record });
    if (order === undefined) return refused('remedies.drain is not configured');
    // The order first: a record without one would be begun by nobody.
    const why =
      (await write(files.order, order)) ?? (await write(files.record, { ...about, stage: 'begun', owned: owned !== undefined }));
    if (why !== undefined) return failed(why);
    const errand = { ...about, remedy: intent.remedy, reason: order.reason };
    setCurrent(errand);
    const stopped = await launch();
    if (stopped !== undefined) {
      setCurrent(undefined);
      return stopped;
    }
    void watch(errand);
    if (verb !== 'uncordon') await awaitCordon(action);
    return { kind: 'begun', why: `${MOVE_UNIT} is at work` };
  }

  async function giveBack({ incident, type, subject }: MoveRecord): Promise<void> {
    const intent: Intent = {
      kind: 'intent',
      action: ledger.newAction(incident),
      incident,
      type,
      remedy: 'uncordon',
      rung: 0,
      disruption: 'none',
      plan: [{ do: 'move-work', verb: 'uncordon' }],
      by: 'agent',
      ...(subject === undefined ? {} : { subject }),
    };
    await ledger.append(intent);
    const { kind, why } = await begin({ do: 'move-work', verb: 'uncordon' }, intent);
    if (kind === 'begun') return;
    const { action, remedy } = intent;
    const outcome = kind === 'done' ? 'succeeded' : kind;
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message: why });
    rest(why);
  }

  const isResting = () => resting !== undefined && clock.monotonic() < resting.until;

  function isOver({ type, subject }: MoveRecord, standings: readonly Standing[]): boolean {
    const identity = identityOf(subject === undefined ? { type } : { type, subject });
    const goesOn = parts.casebook.incidentOf(identity) !== undefined || standings.some((one) => one.identity === identity);
    if (goesOn) overSince = undefined;
    else overSince ??= clock.monotonic();
    return overSince !== undefined && clock.monotonic() - overSince >= OVER_FOR;
  }

  return {
    begin,
    hold() {
      if (current !== undefined) {
        const stage = last?.held === undefined ? (last?.stage ?? 'begun') : last.held;
        return { id: 'under-way', why: `${current.remedy} for ${current.reason}: ${stage}` };
      }
      return isResting() && resting !== undefined ? { id: 'cooldown', why: `put off: ${resting.why}` } : undefined;
    },
    async adopt() {
      const begun = unfinished(ledger.entries).filter(({ remedy }) => MOVING.includes(remedy));
      const [order, record] = [parseOrder(await readText(files.order)), await readRecord()];
      if (record?.stage === 'ended' && record.owned) owned = record;
      const mine = begun.find(({ action }) => action === order?.action);
      if (mine === undefined || order === undefined) return new Set();
      setCurrent(toErrand(mine, order));
      return new Set([mine.action]);
    },
    goOn() {
      if (current !== undefined) void watch(current);
    },
    take(standings) {
      if (owned === undefined || current !== undefined || isResting() || signal.aborted) return;
      if (config.mode !== 'remedy' || config.remedies.uncordon?.enabled === false) return;
      if (!isOver(owned, standings)) return;
      const record = owned;
      owned = undefined;
      void giveBack(record).then(() => {
        // What did not begin is tried again after its rest.
        if (current === undefined && isResting()) owned = record;
      });
    },
  };
}

const toErrand = ({ action, incident, remedy, type, subject }: EntryOf<'intent'>, { reason }: MoveOrder): Errand => ({
  action,
  incident,
  remedy,
  type,
  reason,
  ...(subject === undefined ? {} : { subject }),
});
