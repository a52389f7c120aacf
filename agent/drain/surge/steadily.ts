import { type Failure, isNotFound, isTransient, type Outcome } from '../../../lib/drain/failure.ts';
import type { Patch } from '../../../lib/drain/surge/patches.ts';
import { refName, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import { type Duration, seconds } from '../../../lib/model/units.ts';
import { PATIENCE } from '../departures.ts';
import { StoppedError, type Surging } from './context.ts';

type Asking = Pick<Surging, 'clock' | 'deadline'>;

const PAUSE: Duration = seconds(1);
/** So often somebody else's change came between our look and our patch: a controller's status writes are such changes, too. */
const CONFLICTS = 20;

const isPassing = (failure: Failure) => isTransient(failure) || failure.code === 429;

/** A moment without the API server is no failure. */
export async function steadily<Value>({ clock, deadline }: Asking, ask: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  const began = clock.monotonic();
  for (;;) {
    const answer = await deadline.during(ask());
    if (answer.ok || !isPassing(answer.failure) || clock.monotonic() - began >= PATIENCE) return answer;
    await deadline.sleep(PAUSE);
  }
}

/** The workload as it is now; one of its name with another uid is another one. */
export async function readWorkload(surging: Asking & Pick<Surging, 'workloads'>, ref: WorkloadRef): Promise<Workload> {
  const found = await steadily(surging, () => surging.workloads.workload(ref.kind, ref.namespace, ref.name));
  if (!found.ok) throw new StoppedError(isNotFound(found.failure) ? 'it was deleted meanwhile' : found.failure.message);
  if (found.value.metadata.uid !== ref.uid) throw new StoppedError('it was deleted and made anew meanwhile');
  return found.value;
}

/**
 * Changes what was read and nothing else: `make` judges the workload as it is, anew after each conflict. Of a patch that got no
 * answer nobody knows whether it was done: the next look tells. Undefined: there is nothing to be changed.
 */
export async function change(
  surging: Asking & Pick<Surging, 'workloads'>,
  ref: WorkloadRef,
  make: (workload: Workload) => Patch | undefined,
): Promise<Workload> {
  const began = surging.clock.monotonic();
  for (let conflicts = 0; ; ) {
    const workload = await readWorkload(surging, ref);
    const patch = make(workload);
    if (patch === undefined) return workload;
    const done = await surging.deadline.during(surging.workloads.patch(ref, patch, false));
    if (done.ok) return done.value;
    const { code, message } = done.failure;
    if (code === 409) conflicts += 1;
    const isOver = surging.clock.monotonic() - began >= PATIENCE || conflicts >= CONFLICTS;
    if (isOver || (code !== 409 && !isPassing(done.failure)))
      throw new StoppedError(`${refName(ref)} could not be changed: ${message}`);
    await surging.deadline.sleep(code === 409 ? 100 : PAUSE);
  }
}
