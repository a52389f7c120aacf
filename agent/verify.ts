import type { Clock } from '../lib/host/host.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Duration } from '../lib/model/units.ts';
import { isFault } from '../lib/policy/report.ts';
import { couldNotTell, identityOf } from '../lib/policy/track.ts';
import type { CheckResult } from './round.ts';

/** Waits for the check that found a problem to say, by a look begun after the remedy, that it is over. */
export interface Verifier {
  observe(result: CheckResult): void;
  /** True: it passed in time. `unknown` is neither; a problem seen again only means not yet. */
  passed(standing: Pick<Standing, 'identity' | 'check' | 'fault'>, within: Duration): Promise<boolean>;
}

interface Waiting extends Pick<Standing, 'identity' | 'check' | 'fault'> {
  readonly since: Duration;
  readonly resolve: (passed: boolean) => void;
}

export function openVerifier(clock: Clock): Verifier {
  const waiting = new Set<Waiting>();

  return {
    observe({ check, findings, took }) {
      const began = clock.monotonic() - took;
      for (const one of waiting) {
        if (one.check !== check.id || began < one.since) continue;
        const stands = findings.some((finding) => isFault(finding) && identityOf(finding) === one.identity);
        if (!stands && !couldNotTell(findings, one.fault)) one.resolve(true);
      }
    },
    async passed({ identity, check, fault }, within) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const one: Waiting = { identity, check, fault, since: clock.monotonic(), resolve };
      const ended = new AbortController();
      waiting.add(one);
      clock.sleep(within, ended.signal).then(
        () => resolve(false),
        () => undefined,
      );
      try {
        return await promise;
      } finally {
        ended.abort();
        waiting.delete(one);
      }
    },
  };
}
