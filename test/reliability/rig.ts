import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClusterClient } from '../../lib/kube/client.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import type { LedgerEntry } from '../../lib/model/incident.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import { type NodeApi, nodeApi } from '../fakes/node-api.ts';
import { SCRATCH } from '../fakes/scratch.ts';
import { type AgentOptions, type SimAgent, startAgent } from '../fakes/sim/agent.ts';
import { type VirtualClock, virtualClock } from '../fakes/sim/clock.ts';
import { DOCKER, type SimNode, simNode } from '../fakes/sim/node.ts';

/** A simulated docker node with the agent's own code on it. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly node: SimNode;
  readonly agent: SimAgent;
  readonly root: string;
  /** Another agent on the same disk and node: the one before was killed, or has ended. */
  again(options?: Partial<AgentOptions>): Promise<SimAgent>;
  /** Docker hangs now; resolves when a restart was asked for, or not within the bound. */
  hangDocker(bound?: Duration): Promise<boolean>;
  /** What is on disk, read as `nodemend incidents` does. */
  onDisk(): Promise<readonly LedgerEntry[]>;
}

export const nobody: ClusterClient = {
  apiGet: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  apiSend: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  trustedGet: async () => ({ kind: 'no-identity', reason: 'no kubeconfig' }),
  clusterIdentity: async () => ({ kind: 'none', reason: 'no kubeconfig' }),
};

export function scratch(): string {
  const root = mkdtempSync(join(SCRATCH, 'nodemend-reliability-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** Time stands still while a real server is asked; one that never answers costs the real world `patience`. */
function heldBy(clock: VirtualClock, cluster: ClusterClient, patience: Duration): ClusterClient {
  const soon = <Request extends { readonly deadline: Duration }>(request: Request) => ({ ...request, deadline: patience });
  const ask = async <Answer extends { readonly kind: string }>(deadline: Duration, work: () => Promise<Answer>) => {
    const answer = await clock.during(work());
    if (answer.kind === 'timed-out') await clock.sleep(deadline);
    return answer;
  };
  return {
    apiGet: (request) => ask(request.deadline, () => cluster.apiGet(soon(request))),
    apiSend: (request) => ask(request.deadline, () => cluster.apiSend(soon(request))),
    trustedGet: (request) => ask(request.deadline, () => cluster.trustedGet(soon(request))),
    clusterIdentity: () => clock.during(cluster.clusterIdentity()),
  };
}

/** systemd's links to the present run of each unit. */
export function linksRuns(node: SimNode): void {
  const { readLink } = node.host;
  Object.assign(node.host, {
    readLink: async (path: string) => {
      const [, unit] = /^\/run\/systemd\/units\/invocation:(.+)$/.exec(path) ?? [];
      if (unit === undefined) return readLink(path);
      return { kind: 'link', target: String(node.unit(unit).invocation).padStart(32, '0') };
    },
  });
}

export interface RigOptions extends Partial<AgentOptions> {
  /** Before the agent starts. */
  readonly before?: (node: SimNode, clock: VirtualClock) => void;
}

export async function rig({ before, ...options }: RigOptions = {}): Promise<Rig> {
  const root = mkdtempSync(join(SCRATCH, 'nodemend-reliability-'));
  const clock = virtualClock();
  const node = simNode(clock);
  const parts = { root, cluster: nobody, ...options };
  if (parts.cluster !== nobody) {
    node.trouble.apiGet = (request) => parts.cluster.apiGet(request);
    node.trouble.clusterIdentity = () => parts.cluster.clusterIdentity();
  }
  before?.(node, clock);
  const agents: SimAgent[] = [];
  const start = async (more: Partial<AgentOptions> = {}) => {
    const agent = await startAgent(node, { ...parts, ...more });
    agents.push(agent);
    return agent;
  };
  const agent = await start();
  onTestFinished(async () => {
    for (const one of agents) one.end();
    await clock.run(seconds(200));
    rmSync(root, { recursive: true, force: true });
  });
  // All is well, and the agent has seen it.
  await clock.run(seconds(15));
  return {
    clock,
    node,
    agent,
    root,
    again: start,
    hangDocker(bound = seconds(40)) {
      node.mood(DOCKER, 'hung');
      const before = node.restarts(DOCKER);
      return clock.until(() => node.restarts(DOCKER) > before, bound);
    },
    onDisk: async () => (await readLedger([join(root, 'var', 'ledger'), join(root, 'run', 'ledger')])).entries,
  };
}

export interface ApiRig extends Rig {
  readonly api: NodeApi;
}

export interface ApiOptions extends Omit<RigOptions, 'cluster'> {
  /** What its answers are from the first request on. */
  readonly trouble?: NodeApi['trouble'];
  /** Before the first request. */
  readonly prepare?: (api: NodeApi, clock: VirtualClock) => void;
  /** How a request gets there; by default with a client certificate. */
  readonly client?: (api: NodeApi) => ClusterClient;
  /** Real milliseconds for a server that does not answer. */
  readonly patience?: Duration;
}

/** With an API server: a real one, on loopback. */
export async function rigWithApi({
  before,
  trouble,
  prepare,
  client,
  patience = 5000,
  ...options
}: ApiOptions = {}): Promise<ApiRig> {
  const api = await nodeApi();
  api.trouble = trouble;
  const cluster = client?.(api) ?? api.cluster;
  let held: ClusterClient = nobody;
  const lazily = new Proxy(nobody, { get: (_, name: keyof ClusterClient) => held[name] });
  const made = await rig({
    ...options,
    cluster: lazily,
    before(node, clock) {
      held = heldBy(clock, cluster, patience);
      prepare?.(api, clock);
      before?.(node, clock);
    },
  });
  return { ...made, api };
}
