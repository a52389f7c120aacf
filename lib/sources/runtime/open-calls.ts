import type { Clock, CriAnswer, HostView, HttpAnswer } from '../../host/host.ts';
import type { ReadContext } from '../../model/source.ts';
import { type Duration, ms, seconds } from '../../model/units.ts';
import { isRelistLate } from '../kubelet/relist-age.ts';
import { inChangedPods } from './changed-pods.ts';
import type { ContainerReference } from './container-reference.ts';
import { isSilent } from './daemon-probe.ts';
import { stoppedShims } from './stopped-shims.ts';

/** A call about one container that had no answer when the time was up. */
export interface OpenCall {
  readonly container: ContainerReference;
  readonly after: Duration;
}

export interface ContainerCalls {
  readonly kind: 'asked';
  readonly answered: number;
  readonly open: readonly OpenCall[];
  /** Not begun in time. */
  readonly left: number;
  /** How many there are in all; absent: all were to be asked about. */
  readonly of?: number;
}

export type ContainerAnswers = ContainerCalls | { readonly kind: 'not-asked'; readonly why: string };

/** A list takes every container's lock in turn: a stuck container delays it, or the kubelet's relist. */
const SLOW_LIST = seconds(1);

interface Listed {
  readonly took: Duration;
  readonly containers: readonly ContainerReference[];
}

/**
 * All of them when a person asks, something is wrong, or there is a sign of a container that is stuck; else those that the
 * kubelet's relist inspects, too.
 */
export async function worthAsking(
  host: HostView,
  { thorough, use }: Pick<ReadContext, 'thorough' | 'use'>,
  { took, containers }: Listed,
): Promise<readonly ContainerReference[]> {
  const changed = inChangedPods(host, containers);
  if (thorough || took > SLOW_LIST || isRelistLate(host)) return containers;
  const stopped = await use(stoppedShims).catch(() => []);
  return stopped.length > 0 ? containers : changed;
}

const AT_ONCE = 16;
const BUDGET = seconds(2);
/** doctor promises an answer in 10 s: what is begun after a slow list must end by then. */
const LATEST = seconds(9.1);
/** A call that waited shorter says nothing. */
const LEAST = ms(800);

/** A gRPC server knows the deadline, and gives up with some error of its own right before it. */
const GAVE_UP = 0.9;

/** What is left of the round for calls that follow a list, at most two seconds. */
function budgetAfter(spent: Duration): Duration {
  return Math.min(BUDGET, LATEST - spent);
}

export interface ContainerQuestion {
  readonly clock: Clock;
  readonly containers: readonly ContainerReference[];
  readonly budget: Duration;
  readonly ask: (container: ContainerReference, deadline: Duration) => Promise<HttpAnswer | CriAnswer>;
}

/** Asks for every container, sixteen at a time, under one deadline: the calls still open then name the stuck ones. */
async function askEach({ clock, containers, budget, ask }: ContainerQuestion): Promise<ContainerCalls> {
  const started = clock.monotonic();
  const queue = [...containers];
  const open: OpenCall[] = [];
  let answered = 0;

  async function worker(): Promise<void> {
    for (;;) {
      const deadline = budget - (clock.monotonic() - started);
      if (deadline < LEAST) return;
      const container = queue.shift();
      if (container === undefined) return;
      const began = clock.monotonic();
      const answer = await ask(container, deadline);
      const gaveUp = answer.kind === 'grpc-error' && clock.monotonic() - began >= GAVE_UP * deadline;
      if (gaveUp || isSilent(answer)) open.push({ container, after: deadline });
      else answered += 1;
    }
  }

  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, worker));
  return { kind: 'asked', answered, open, left: queue.length };
}

/** A container that starts or ends on a busy node holds its lock for seconds: what answers after all is not stuck. */
const SECOND = seconds(3);

export interface PatientQuestion extends Omit<ContainerQuestion, 'budget'> {
  /** Of the round, already spent. */
  readonly spent: Duration;
  /** Whoever looks once asks again; who looks again soon does not. */
  readonly patient: boolean;
}

/** Asks for every container, and once more for those that gave no answer. */
export async function askPatiently({ spent, patient, ...question }: PatientQuestion): Promise<ContainerCalls> {
  const { clock } = question;
  const started = clock.monotonic();
  const first = await askEach({ ...question, budget: budgetAfter(spent) });
  const budget = Math.min(SECOND, LATEST - spent - (clock.monotonic() - started));
  if (!patient || first.open.length === 0 || first.open.length > AT_ONCE || budget < LEAST) return first;
  const again = await askEach({ ...question, containers: first.open.map(({ container }) => container), budget });
  const waited = new Map(first.open.map(({ container, after }) => [container.id, after]));
  return {
    ...first,
    answered: first.answered + again.answered,
    open: again.open.map(({ container, after }) => ({ container, after: after + (waited.get(container.id) ?? 0) })),
  };
}
