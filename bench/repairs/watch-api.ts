import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { labDirectory } from '../../test/lab/paths.ts';
import { apiServerOf, type LabState } from '../../test/lab/state.ts';
import { uptime } from './clock.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}

export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: { readonly taints?: readonly { readonly key: string; readonly effect: string }[] };
  readonly status: { readonly conditions?: readonly Condition[] };
}

export interface Seen {
  /** Uptime of the machine, ms. */
  readonly at: number;
  readonly kind: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

export interface Watch {
  readonly seen: readonly Seen[];
  end(): void;
}

export function adminAgent(state: LabState, name = 'kubeconfig'): Agent {
  const pki = (file: string): Buffer => readFileSync(join(labDirectory(state.name), 'pki', file));
  return new Agent({ ca: pki('ca.crt'), cert: pki(`${name}.crt`), key: pki(`${name}.key`), keepAlive: true });
}

/** Everything the API server ever says of some objects: a poll would miss a Node that was NotReady in between. */
export function watchApi(state: LabState, path: string): Watch {
  const seen: Seen[] = [];
  const agent = adminAgent(state);
  let open = true;
  let current: { destroy(): void } | undefined;

  async function once(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const call = request(`${apiServerOf(state)}${path}${path.includes('?') ? '&' : '?'}watch=1`, { agent }, (answer) => {
      const lines = createInterface({ input: answer });
      lines.on('line', (line) => {
        const { type, object } = JSON.parse(line) as { type: Seen['kind']; object: ApiObject };
        // Anything else is the server's word about the watch itself: it is begun again.
        if (/^(ADDED|MODIFIED|DELETED)$/.test(type)) seen.push({ at: uptime(), kind: type, object });
      });
      lines.on('close', resolve);
      // It passes on what its input says.
      lines.on('error', () => resolve());
      answer.on('error', () => resolve());
    });
    current = call;
    call.on('error', () => resolve());
    call.end();
    await promise;
  }

  async function again(): Promise<void> {
    while (open) {
      await once();
      if (open) await sleep(200);
    }
    agent.destroy();
  }
  void again();
  return {
    seen,
    end() {
      open = false;
      current?.destroy();
    },
  };
}

export const isReady = ({ status }: ApiObject): boolean =>
  status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** Spans in ms in which something was seen that is not so at other times, each with its beginning. */
export function spans(
  seen: readonly Seen[],
  bad: (object: ApiObject) => boolean,
  end: number,
): readonly { at: number; ms: number }[] {
  const found: { at: number; ms: number }[] = [];
  let since: number | undefined;
  for (const { at, object } of seen) {
    if (bad(object)) since ??= at;
    else if (since !== undefined) {
      found.push({ at: since, ms: at - since });
      since = undefined;
    }
  }
  if (since !== undefined) found.push({ at: since, ms: end - since });
  return found;
}
