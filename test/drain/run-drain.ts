import { parseArguments } from '../../agent/arguments.ts';
import { drain } from '../../agent/commands/drain.ts';
import type { Api } from '../../agent/drain/api.ts';
import { clusterPods } from '../../agent/drain/cluster-pods.ts';
import { drainOptions } from '../../agent/drain/command-line.ts';
import { drainNodes } from '../../agent/drain/drain.ts';
import type { DrainEvent, NodeReport } from '../../agent/drain/events.ts';
import { checkOperands, findNodes } from '../../agent/drain/find-nodes.ts';
import { peopleApi } from '../../agent/drain/people-api.ts';
import { AgentError } from '../../lib/errors.ts';
import { type DrainApi, drainApi } from '../fakes/drain-api.ts';
import { virtualClock } from '../fakes/sim/clock.ts';
import { fakeTerminal } from '../fakes/terminal.ts';
import { writeKubeconfig } from '../kube/kubeconfig-files.ts';
import { operandsOf, type Situation } from './situation.ts';

export interface Ran {
  readonly api: DrainApi;
  readonly failed: boolean;
  readonly events: readonly DrainEvent[];
  readonly reports: readonly NodeReport[];
  /** Virtual time it took. */
  readonly took: number;
}

/** The command from its words to its end, against a server on loopback, with a person's kubeconfig, in virtual time. */
export async function runDrain(situation: Situation, abortAt?: (event: DrainEvent) => boolean): Promise<Ran> {
  const clock = virtualClock();
  const api = await drainApi(situation, () => clock.now());
  const real = await peopleApi([writeKubeconfig({ server: api.server.url })], {});
  const asked: Api = (call) => clock.during(real(call));
  const events: DrainEvent[] = [];
  const interrupt = new AbortController();
  const tell = (event: DrainEvent) => {
    events.push(event);
    if (abortAt?.(event) === true) interrupt.abort();
  };
  async function typed(): Promise<readonly NodeReport[]> {
    const { options, positionals } = parseArguments([drain], ['drain', ...operandsOf(situation)]);
    const context = { options, positionals, terminal: fakeTerminal().terminal };
    const wanted = drainOptions(options, false);
    checkOperands(context, 'drain');
    const cluster = clusterPods(asked);
    const found = await findNodes(cluster, context);
    if (found.kind === 'failed') return [{ node: '', drained: false, error: found.message, pods: [] }];
    const owner = { kind: 'person', who: 'somebody', at: clock.now() } as const;
    return await drainNodes({ cluster, clock, options: wanted, tell, signal: interrupt.signal }, found.nodes, owner);
  }
  const started = clock.monotonic();
  let reports: readonly NodeReport[] | undefined;
  const running = typed().then(
    (all) => {
      reports = all;
    },
    (error: unknown) => {
      if (!(error instanceof AgentError)) throw error;
      reports = [{ node: '', drained: false, error: error.message, pods: [] }];
    },
  );
  await clock.until(() => reports !== undefined, 3_600_000);
  if (reports !== undefined) await running;
  const all = reports ?? [{ node: '', drained: false, error: 'it never ended', pods: [] }];
  return { api, failed: !all.every(({ drained }) => drained), events, reports: all, took: clock.monotonic() - started };
}
