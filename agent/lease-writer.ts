import type { ApiAnswer, Clock } from '../lib/host/host.ts';
import type { ClusterClient } from '../lib/kube/client.ts';
import { leasePath } from '../lib/kube/fleet-lease.ts';
import { judgeWrite, type WriteVerdict } from '../lib/kube/judge-write.ts';
import { type Duration, type Instant, seconds } from '../lib/model/units.ts';

export interface LeaseWriterParts {
  readonly cluster: Pick<ClusterClient, 'apiSend'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly random: () => number;
}

/** The Lease as it is to be, at a time by the server's clock; `isNew`: as a whole, and not as a patch. */
export type LeaseBody = (now: Instant, isNew: boolean) => string;

/** Writes this node's Lease, by the API server's clock, and leaves the server alone when it asks for it. */
export interface LeaseWriter {
  /** False: the server is to be left alone. */
  mayAsk(): boolean;
  /** Patched, and made where it is not: the one before us may have left it. False: it could not be written. */
  write(name: string, body: LeaseBody): Promise<boolean>;
  /** True: it is not there any more. */
  remove(name: string): Promise<boolean>;
}

const DEADLINE = seconds(2);
const MOST_AHEAD = seconds(30);

export function openLeaseWriter({ cluster, clock, random }: LeaseWriterParts): LeaseWriter {
  let [notBefore, failures]: [Duration, number] = [0, 0];
  /** The server's clock is ahead of ours by this. */
  let ahead: Duration = 0;

  function took(answer: ApiAnswer): WriteVerdict['result'] {
    const { result, wait } = judgeWrite(answer, failures, random);
    if (answer.kind === 'response' && answer.date !== undefined) ahead = answer.date - clock.now();
    failures = result === 'written' ? 0 : failures + 1;
    notBefore = clock.monotonic() + wait;
    return result;
  }

  async function send(method: 'POST' | 'PATCH' | 'DELETE', name: string, body: string) {
    const path = leasePath(method === 'POST' ? undefined : name);
    return took(await cluster.apiSend({ method, path, body, deadline: DEADLINE }));
  }

  const now = () => clock.now() + ahead;
  return {
    mayAsk: () => clock.monotonic() >= notBefore,
    async write(name, body) {
      const before = ahead;
      let result = await send('PATCH', name, body(now(), false));
      if (result === 'absent') result = await send('POST', name, body(now(), true));
      // Its times were of our clock, which the answer proved wrong.
      if (result === 'written' && Math.abs(ahead - before) > MOST_AHEAD) result = await send('PATCH', name, body(now(), false));
      return result === 'written';
    },
    async remove(name) {
      const result = await send('DELETE', name, '');
      const isGone = result === 'written' || result === 'absent';
      if (isGone) notBefore = 0;
      return isGone;
    },
  };
}
