import type { HostView } from '../../lib/host/host.ts';
import type { ControlAnswer, HostControl } from '../../lib/host/host-control.ts';
import type { Execution } from '../../lib/model/action.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import type { Step } from '../../lib/model/remedy.ts';
import { type Duration, ms } from '../../lib/model/units.ts';

/** Which credential a program that is started for a step asks the API server with; none: it does not ask. */
export interface ProgramIdentity {
  readonly kubeconfig?: string | undefined;
  readonly nodeName?: string | undefined;
}

export interface StepContext {
  readonly programIdentity?: ProgramIdentity | undefined;
  /** The program's own commands; absent: nobody here could answer one that asks the agent. */
  readonly launcher?: string | undefined;
  /** Begins what moves work in a program of its own; absent: nobody here would say whether it is still needed. */
  readonly moveWork?: ((step: StepOf<'move-work'>) => Promise<StepOutcome>) | undefined;
  readonly host: HostView;
  readonly control: HostControl;
  /** Aborted when the agent is told to end: what was begun is brought to a safe point, nothing new begins. */
  readonly signal: AbortSignal;
}

/** `why`: sentence; of `done`, what was done. */
export type StepOutcome = Pick<Execution, 'kind' | 'why'>;

export type StepOf<Do extends Step['do']> = Extract<Step, { readonly do: Do }>;

export const done = (why: string): StepOutcome => ({ kind: 'done', why });
export const refused = (why: string): StepOutcome => ({ kind: 'refused', why });
export const failed = (why: string): StepOutcome => ({ kind: 'failed', why });

/** Undefined: go on. `gone` is what every signal wants. */
export function stopAt(answer: ControlAnswer, what: string): StepOutcome | undefined {
  if (answer.kind === 'done' || answer.kind === 'gone') return undefined;
  if (answer.kind === 'failed') return failed(`${what}: ${answer.why}`);
  return { kind: 'timed-out', why: `${what}: no answer within ${formatDuration(answer.after)}` };
}

const INTERVAL = ms(250);

/** Looks again until `see` has something to say, or the time is up. */
export async function until<Seen>(
  { host }: Pick<StepContext, 'host'>,
  bound: Duration,
  see: () => Promise<Seen | undefined>,
): Promise<Seen | undefined> {
  const started = host.clock.monotonic();
  for (;;) {
    const seen = await see();
    if (seen !== undefined) return seen;
    if (host.clock.monotonic() - started >= bound) return undefined;
    await host.clock.sleep(INTERVAL);
  }
}
