import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, KiB, seconds } from '../../lib/model/units.ts';
import { awaitActive } from './await-active.ts';
import { describe, isMoving, lookAt, lookAtOne, type UnitNow } from './look.ts';
import { refused, type StepContext, type StepOf, type StepOutcome, stopAt, until } from './step.ts';

type Restart = StepOf<'restart-unit'>;

/** The last look before the hand: a unit that moved since the plan was made is not touched. */
function whyNot(unit: UnitNow | undefined, { main, unit: id }: Restart): string | undefined {
  if (unit === undefined) return `systemd does not answer for ${id}`;
  if (unit.activeState !== 'active' || isMoving(unit)) return `${describe(unit)} by now`;
  if (main !== undefined && unit.mainPid !== main) {
    return `${id} was restarted meanwhile: its main process is ${unit.mainPid}, it was ${main}`;
  }
  return undefined;
}

/** Whether the old run has ended. A unit without a main process has when it leaves its states. */
const hasEnded = (now: UnitNow, main: number) =>
  main === 0 ? now.activeState !== 'active' && now.activeState !== 'deactivating' : now.mainPid !== main;

async function endsWithin(context: StepContext, step: Restart, main: number, bound: Duration): Promise<boolean> {
  const seen = await until(context, bound, async () => {
    const now = await lookAtOne(context.host, step.unit);
    return now !== undefined && hasEnded(now, main) ? now : undefined;
  });
  return seen !== undefined;
}

/** A tracer is told of the end first, and systemd only when that has taken notice. */
async function whyItStays({ host }: StepContext, pid: number): Promise<string> {
  const status = await host.readFile(`/proc/${pid}/status`, { maxBytes: 8 * KiB });
  const tracer = status.kind === 'text' ? Number(/^TracerPid:\t(\d+)$/m.exec(status.text)?.[1] ?? 0) : 0;
  return tracer === 0 ? 'which waits for the kernel as everybody does' : `because process ${tracer} traces it`;
}

/** What has gigabytes to give back takes its time. */
const DIES_WITHIN = seconds(5);

/** SIGKILL for its main process alone, never for what it left running. Undefined: it has ended. */
async function kill(context: StepContext, step: Restart, main: number): Promise<StepOutcome | undefined> {
  const { unit } = step;
  const sent = stopAt(await context.control.control({ kind: 'signal-unit', unit, signal: 'SIGKILL' }), `SIGKILL for ${unit}`);
  if (sent !== undefined || (await endsWithin(context, step, main, DIES_WITHIN))) return sent;
  const why = `${unit} did not end: process ${main} outlives SIGKILL, ${await whyItStays(context, main)}`;
  return { kind: 'timed-out', why };
}

type Ended = { readonly how: string } | { readonly outcome: StepOutcome };

const askTo = async ({ control }: StepContext, verb: 'start' | 'restart', unit: string) =>
  stopAt(await control.control({ kind: 'unit', verb, unit }), `${verb} of ${unit}`);

/** systemd's own restart may have begun, and a second one would end it; its RestartSec is cut short by `restart` alone. */
async function bringUp(context: StepContext, unit: string): Promise<StepOutcome | undefined> {
  const now = await lookAtOne(context.host, unit);
  const hasBegun = now?.activeState === 'active' || (now?.activeState === 'activating' && now.subState !== 'auto-restart');
  if (hasBegun) return undefined;
  return await askTo(context, now?.activeState === 'failed' || now?.activeState === 'inactive' ? 'start' : 'restart', unit);
}

/** A deadlocked daemon sits out TimeoutStopSec (90 s). Without patience it is not even asked to end. */
async function endOldRun(context: StepContext, step: Restart, main: number): Promise<Ended> {
  const { unit, patience } = step;
  if (patience === 0 && main !== 0) {
    const outcome = (await kill(context, step, main)) ?? (await bringUp(context, unit));
    return outcome === undefined ? { how: `${unit} was killed; ` } : { outcome };
  }
  const sent = await askTo(context, 'restart', unit);
  if (sent !== undefined) return { outcome: sent };
  if ((await endsWithin(context, step, main, patience)) || main === 0) return { how: '' };
  const outcome = await kill(context, step, main);
  return outcome === undefined ? { how: `${unit} did not end within ${formatDuration(patience)} and was killed; ` } : { outcome };
}

/** What stopped with it and did not come back by itself. */
async function bringBack(context: StepContext, units: readonly string[], within: Duration): Promise<StepOutcome | undefined> {
  const now = (await lookAt(context.host, units)) ?? [];
  for (const { id, activeState, hasJob } of now) {
    if (hasJob || (activeState !== 'inactive' && activeState !== 'failed')) continue;
    const sent = stopAt(await context.control.control({ kind: 'unit', verb: 'start', unit: id }), `start of ${id}`);
    const outcome = sent ?? (await awaitActive(context, { unit: id, before: 0, within }));
    if (outcome.kind !== 'done') return { ...outcome, why: `${outcome.why}; it had stopped along` };
  }
  return undefined;
}

export async function restartUnit(step: Restart, context: StepContext): Promise<StepOutcome> {
  const { unit, along, within } = step;
  const before = await lookAt(context.host, [unit, ...along]);
  const target = before?.find(({ id }) => id === unit);
  const why = whyNot(target, step);
  if (why !== undefined || target === undefined) return refused(why ?? `systemd does not know ${unit}`);
  const companions = (before ?? []).filter(({ id, activeState }) => id !== unit && activeState === 'active').map(({ id }) => id);

  const ended = await endOldRun(context, step, target.mainPid);
  if ('outcome' in ended) return ended.outcome;
  const active = await awaitActive(context, { unit, before: target.mainPid, within });
  const { how } = ended;
  if (active.kind !== 'done') return { ...active, why: `${how}${active.why}` };
  return (await bringBack(context, companions, within)) ?? { ...active, why: `${how}${active.why}` };
}
