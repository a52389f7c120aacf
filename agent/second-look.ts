import type { Clock } from '../lib/host/host.ts';
import type { FleetView, SeenFleet } from '../lib/model/fleet.ts';
import type { Hold } from '../lib/model/guard.ts';
import type { Duration } from '../lib/model/units.ts';
import { awaitCompany, type Company } from '../lib/policy/second-look.ts';
import type { FleetRequest } from './fleet.ts';

export interface SecondLook {
  readonly clock: Clock;
  look(request: FleetRequest): Promise<FleetView>;
  /** The breaker alone: who has claimed a place first is first. */
  opens(view: FleetView, request: FleetRequest): Hold | undefined;
}

/** What `holds` has let go, and when. */
export interface LetGo {
  readonly request: FleetRequest;
  readonly at: Duration;
}

/** Whether the breaker has opened between the decision and the first step, or does within the next moments. Undefined: go on. */
export async function lookAgain(
  { request, at }: LetGo,
  { clock, look, opens }: SecondLook,
  signal: AbortSignal,
): Promise<{ readonly hold: Hold; readonly view: SeenFleet } | undefined> {
  let company: Company | undefined;
  for (;;) {
    const now = { ...request, stood: request.stood + clock.monotonic() - at };
    const view = await look(now);
    // It was let go when the others could still be seen.
    if (view.kind === 'unseen') return undefined;
    const hold = opens(view, now);
    if (hold !== undefined) return { hold, view };
    const next = awaitCompany(view, now.stood, company);
    if (next === undefined) return undefined;
    company = next.company;
    await clock.sleep(next.wait, signal).catch(() => undefined);
    if (signal.aborted) return undefined;
  }
}
